"""A thousand pages that are no page: challenges, consent and login walls, errors, maintenance and
blanks, in seven languages and many dresses. Deterministic; every word is our own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl")


@dataclass(frozen=True, slots=True)
class Wall:
    """A page that stands in the way of a page."""

    name: str
    html: str


_SAID: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "error": {
        "en": (
            ("Page not found", "The page you were looking for does not exist. It may have moved."),
            ("404", "We can't find that page. Go back to the front page, or search the shop."),
            ("Something went wrong", "An unexpected error occurred. Please try again later."),
            ("503 Service Unavailable", "The server is temporarily unavailable. Try again soon."),
            ("Oops", "Sorry, that page has been removed. Here is a cat instead of the page."),
            ("Access Denied", "You do not have permission. Reference #18.2f3 for our support."),
        ),
        "fr": (
            ("Page introuvable", "La page que vous cherchez n’existe pas ou a été déplacée."),
            ("Erreur 500", "Une erreur est survenue. Veuillez réessayer dans quelques minutes."),
            ("Oups", "Cette page est introuvable. Retournez à l’accueil ou cherchez une boutique."),
        ),
        "de": (
            ("Seite nicht gefunden", "Die Seite wurde nicht gefunden oder ist verschoben worden."),
            ("Fehler 502", "Ein unerwarteter Fehler ist aufgetreten. Versuchen Sie es später."),
            ("Huch", "Etwas ist schiefgelaufen. Diese Seite existiert nicht mehr, leider."),
        ),
        "es": (
            ("Página no encontrada", "La página que buscas no existe o ha cambiado de lugar."),
            ("Error", "Se ha producido un error inesperado. Inténtalo de nuevo más tarde."),
        ),
        "it": (
            ("Pagina non trovata", "La pagina che cerchi non esiste o è stata spostata altrove."),
            ("Errore", "Si è verificato un errore imprevisto. Riprova più tardi, per favore."),
        ),
        "pt": (
            ("Página não encontrada", "A página que procura não existe ou mudou de lugar."),
            ("Erro", "Ocorreu um erro inesperado. Tente novamente daqui a pouco."),
        ),
        "nl": (
            ("Pagina niet gevonden", "De pagina die je zoekt bestaat niet meer of is verplaatst."),
            ("Fout", "Er is iets misgegaan. Probeer het later nog een keer, alsjeblieft."),
        ),
    },
    "maintenance": {
        "en": (
            ("We'll be right back", "We are down for maintenance and will be back this afternoon."),
            ("Kilnfolk", "Scheduled maintenance is under way. Your orders and listings are safe."),
            ("Maintenance", "We are making some improvements. Thank you for your patience."),
        ),
        "fr": (
            ("Maintenance en cours", "Le site est en maintenance, nous revenons très vite."),
            ("Kilnfolk", "Le site est en cours de maintenance. Vos commandes sont en sécurité."),
        ),
        "de": (
            ("Wartungsarbeiten", "Wir arbeiten gerade an der Seite und sind bald wieder da."),
            ("Kilnfolk", "Wegen Wartungsarbeiten ist die Seite kurz nicht erreichbar."),
        ),
        "es": (
            ("Sitio en mantenimiento", "Estamos en mantenimiento. Volvemos enseguida."),
            ("Kilnfolk", "El sitio está en mantenimiento. Tus pedidos están a salvo."),
        ),
        "it": (
            ("Sito in manutenzione", "Il sito è in manutenzione. Torniamo presto da voi."),
            ("Kilnfolk", "Stiamo lavorando: il sito è in manutenzione fino a stasera."),
        ),
        "pt": (
            ("Site em manutenção", "O site está em manutenção. Voltamos já, em breve."),
            ("Kilnfolk", "Estamos em manutenção esta tarde. As suas encomendas estão a salvo."),
        ),
        "nl": (
            ("Onderhoud", "De site is in onderhoud. We zijn zo weer terug bij jullie."),
            ("Kilnfolk", "Wegens gepland onderhoud is de site even niet te bereiken."),
        ),
    },
    "consent": {
        "en": (
            ("Before you continue", "We and our partners use cookies. Accept all or reject all."),
            ("Kilnfolk", "We use cookies. Accept all cookies, reject cookies or say more."),
        ),
        "fr": (
            ("Avant d’accéder au site", "Nous utilisons des cookies. Tout accepter ou refuser."),
            ("Kilnfolk", "Nous utilisons des cookies. Accepter les cookies ou les refuser ?"),
        ),
        "de": (
            ("Bevor Sie fortfahren", "Wir verwenden Cookies. Alle akzeptieren oder ablehnen."),
            ("Kilnfolk", "Wir nutzen Cookies. Alle akzeptieren oder Cookies ablehnen?"),
        ),
        "es": (
            ("Kilnfolk", "Utilizamos cookies. ¿Aceptar todas las cookies o rechazar todas?"),
        ),
        "it": (
            ("Kilnfolk", "Usiamo i cookie. Accetta tutti i cookie o continua senza accettare."),
        ),
        "pt": (
            ("Kilnfolk", "Utilizamos cookies. Aceitar todos os cookies ou rejeitar os cookies?"),
        ),
        "nl": (
            ("Kilnfolk", "Wij gebruiken cookies. Alle cookies accepteren of cookies weigeren?"),
        ),
    },
    "login": {
        "en": (("Log in", "Log in to your account. Forgot your password?"),),
        "fr": (("Connexion", "Connectez-vous à votre compte. Mot de passe oublié ?"),),
        "de": (("Anmelden", "Melden Sie sich an. Passwort vergessen?"),),
        "es": (("Iniciar sesión", "Entra en tu cuenta. ¿Olvidaste tu contraseña?"),),
        "it": (("Accedi", "Entra nel tuo account. Password dimenticata?"),),
        "pt": (("Entrar", "Entre na sua conta. Esqueceu a sua senha?"),),
        "nl": (("Inloggen", "Log in op je account. Wachtwoord vergeten?"),),
    },
    "challenge": {
        "en": (
            ("Just a moment...", "Checking your browser before you go on."),
            ("Attention Required!", "Please complete the check to prove that you are human."),
            ("Kilnfolk", "Verifying you are human. This may take a few seconds."),
        ),
        "fr": (("Un instant…", "Vérification de votre navigateur."),),
        "de": (("Nur einen Moment…", "Ihr Browser wird geprüft."),),
        "es": (("Un momento…", "Comprobamos tu navegador."),),
    },
    "blank": {
        "en": (
            ("Kilnfolk", ""),
            ("Kilnfolk", "Loading…"),
            ("Kilnfolk", "You need to enable JavaScript to run this app."),
        ),
        "fr": (("Kilnfolk", "Chargement…"), ("Kilnfolk", "Activez JavaScript pour continuer."),),
        "de": (("Kilnfolk", "Wird geladen…"), ("Kilnfolk", "Bitte JavaScript aktivieren."),),
        "es": (("Kilnfolk", "Cargando…"),),
        "it": (("Kilnfolk", "Caricamento…"),),
        "pt": (("Kilnfolk", "A carregar…"),),
        "nl": (("Kilnfolk", "Bezig met laden…"),),
    },
}  # fmt: skip

_MENU = "".join(f"<li><a href='/{n}'>Department {n}</a></li>" for n in range(12))
_FOOT = (
    "<footer><ul><li><a href='/help'>Help</a></li><li><a href='/imprint'>Imprint</a></li></ul>"
    "<p>© 2026 Kilnfolk, made by makers for makers</p></footer>"
)
_SCRIPT = "<script>" + "window.dataLayer=window.dataLayer||[];" * 40 + "</script>"
_MARKS = {
    "challenge": "<div id='cf-chl-widget'></div><script src='/captcha-delivery.com/c.js'></script>",
    "login": "<form><input name='e'><input type=\"password\" name='p'><button>OK</button></form>",
}


def walls() -> Iterator[Wall]:
    """All of them: every kind, language and wording in each dress."""
    for kind, by_language in _SAID.items():
        for language, said in by_language.items():
            for number, (title, text) in enumerate(said):
                for dress in range(len(_DRESSES)):
                    html = _dressed(kind, language, title, text, dress)
                    yield Wall(f"{kind} {language} {number} {dress}", html)


def _dressed(kind: str, language: str, title: str, text: str, dress: int) -> str:
    menu, foot, script, split, headed = _DRESSES[dress]
    words = f"<p>{text}</p>"
    if split:
        words = "".join(f"<div><span>{part.strip()}.</span></div>" for part in text.split(". "))
    body = "".join(
        [
            f"<nav><ul>{_MENU}</ul></nav>" if menu else "",
            f"<main>{f'<h1>{title}</h1>' if headed else ''}{words}{_MARKS.get(kind, '')}</main>",
            _FOOT if foot else "",
            _SCRIPT if script else "",
        ]
    )
    head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
    return f"<!doctype html><html lang='{language}'>{head}<body>{body}</body></html>"


_DRESSES = tuple(product((False, True), repeat=5))[::2]
"""With or without menu, footer, scripts, split sentences and heading."""
