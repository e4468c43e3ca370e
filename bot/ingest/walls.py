"""Pages that stand in the way of the page: challenges, consent and login walls, errors,
maintenance, blanks. Told apart in seven languages, so that none is ever taken for what a platform
says.

A long page that merely mentions such a thing is none of them.
"""

import re

from bot.domain.pages import SHORTEST
from bot.errors import SourceFault
from bot.ingest.challenges import is_challenge_page, is_consent_page

SHORT_PAGE = 1500
"""Characters of readable text up to which a page may be little else than a wall."""

_TITLED = 90
"""A title longer than this is a headline, no name of an error."""

_ERROR_TITLES = re.compile(
    r"""^\W*(?:error\s?)?[45]\d\d\b | \b[45]\d\d\s(?:error|not\sfound|forbidden|bad\sgateway)
      | (?:page|site|url|file|resource|content)\s(?:(?:was|is|could)\s)?(?:not
        |cannot\sbe)\s(?:be\s)?(?:found|available)
      | not\sfound | page\s(?:doesn'?t|does\snot)\sexist | no\slonger\s(?:exists|available)$
      | (?:internal\s)?server\serror | bad\s(?:gateway|request) | service\sunavailable
      | gateway\stime-?out | (?:something|that)\swent\swrong
        | an?\s(?:unexpected\s)?error\s(?:has\s)?occurred
      | ^\W*(?:oops|whoops|sorry|error|uh\soh)\W*$ | access\sdenied | ^\W*forbidden
        | too\smany\srequests
      | page\s(?:introuvable|non\strouv[ée]e) | erreur\s\d{3} | ^\W*erreur\W*$
        | acc[èe]s\s(?:refus|interdit)
      | une\serreur\s(?:est\ssurvenue|s'est\sproduite)
        | service\s(?:temporairement\s)?indisponible
      | seite\s(?:wurde\s)?(?:nicht\sgefunden|existiert\snicht) | nicht\sgefunden | fehler\s\d{3}
      | ^\W*fehler\W*$ | zugriff\sverweigert | interner\sserverfehler
        | ein\sfehler\sist\saufgetreten
      | p[áa]gina\sn(?:o|[ãa]o)\s(?:encontrada|existe|dispon[íi]vel) | no\sencontrad[ao]
        | acceso\sdenegado
      | acesso\snegado | ha\socurrido\sun\serror | ocorreu\sum\serro | ^\W*erro\W*$
      | pagina\snon\s(?:trovata|esiste|disponibile) | accesso\snegato
        | si\s[èe]\sverificato\sun\serrore
      | ^\W*errore\W*(?:\d{3})?\W*$ | pagina\sniet\sgevonden | niet\sgevonden
        | toegang\sgeweigerd
      | er\sis\s(?:iets\smis|een\sfout)""",
    re.IGNORECASE | re.VERBOSE,
)
_ERROR_WORDS = re.compile(
    r"""(?:page|url|link|file)\s(?:you(?:'re|\sare|\swere
        |'ve)?\s\w+(?:\s\w+)?\s(?:for\s)?)?(?:was\snot\sfound|could\snot\sbe\sfound
         |can(?:not|'?t)\sbe\sfound|(?:does\snot|doesn'?t)\s(?:seem\sto\s)?exist|(?:is
        |may\shave\sbeen|has\sbeen|might\shave\sbeen)\s(?:no\slonger\savailable|moved|removed
        |deleted))
      | we\s(?:can'?t|cannot|couldn'?t|could\snot)\s(?:seem\sto\s)?find\s(?:the|that
        |this)\s(?:page|url)
      | (?:something|that)\swent\swrong | (?:unexpected|internal|server|unknown)\serror
      | please\stry\sagain\s(?:later|in\sa\sfew) | (?:web\s)?server\s(?:is\s)?(?:returned|down
        |returning)
      | we\s(?:are|'re)\shaving\s(?:some\s)?(?:trouble|technical) | temporarily\s(?:unavailable
        |overloaded)
      | page\s(?:que\svous\s\w+\s)?(?:est\s)?(?:introuvable|n'existe\s(?:pas|plus)
        |a\s[ée]t[ée]\s(?:d[ée]plac|supprim))
      | une\serreur\s(?:est\ssurvenue|s'est\sproduite|inattendue)
        | r[ée]essayer?z?\splus\stard | veuillez\sr[ée]essayer
      | seite\s(?:\w+\s){0,4}(?:nicht\s(?:gefunden|mehr|existier)|existiert\snicht|verschoben
        |gel[öo]scht)
      | (?:ein\s(?:unerwarteter\s)?fehler|etwas\sist\sschief)
        | versuche?n?\s(?:sie\s)?es\s(?:bitte\s)?(?:sp[äa]ter|noch)
      | p[áa]gina\s(?:que\s\w+\s)?(?:\w+\s){0,2}(?:no|n[ãa]o)\s(?:se\s)?(?:ha\ssido\s
        |foi\s)?(?:encontr|existe|est[áa]\sdispon)
      | (?:ha\socurrido|se\sha\sproducido)\sun\serror | int[ée]ntalo\s(?:de\snuevo
        |m[áa]s\starde) | tente\s(?:novamente|mais\starde)
      | (?:ocorreu|aconteceu)\s(?:um\s(?:erro|problema)|algo)\b | algo\s(?:sali[óo]\smal
        |deu\serrado)
      | pagina\s(?:\w+\s){0,3}(?:non\s(?:[èe]\s(?:stata\s)?(?:trovata|disponibile)|esiste)
        |[èe]\sstata\s(?:spostata|rimossa))
      | (?:qualcosa\s[èe]\sandato\sstorto|si\s[èe]\sverificato\sun\s(?:errore|problema))
        | riprova(?:re)?\spi[ùu]\stardi
      | pagina\s(?:\w+\s){0,4}(?:niet\s(?:gevonden|bestaat|beschikbaar)|bestaat\sniet
        |verplaatst|verwijderd)
      | (?:er\s(?:is\s)?(?:iets\s(?:mis|fout)|ging\siets\smis|is\seen\s(?:onverwachte\s)?fout))
        | probeer\s(?:het\s)?(?:later|opnieuw)
      | (?:ray|reference|request|error|incident)\s(?:id|\#|code)\W""",
    re.IGNORECASE | re.VERBOSE,
)
_MAINTENANCE = re.compile(
    r"""(?:under|undergoing|down\sfor|scheduled|planned|routine)\s(?:\w+\s)?maintenance
        | maintenance\s(?:mode|break|in\sprogress|work)
      | ^\W*maintenance\W*$ | (?:we'?ll|we\swill)\sbe\s(?:right\s|back\s)+
        | be\s(?:right\s)?back\s(?:soon|shortly|online|in)
      | (?:down|offline)\sfor\s(?:a\s(?:bit|while)|upgrades?|updates?) | (?:making
        |performing)\s(?:some\s)?(?:improvements|updates|upgrades)
      | (?:en\s(?:cours\sde\s)?|op[ée]ration\sde\s|pour\s)maintenance
        | (?:de\s)?retour\s(?:dans\squelques|tr[èe]s\svite|bient[ôo]t)
      | wartungs(?:arbeiten|modus|pause|fenster) | gewartet | (?:gleich|bald
        |in\sk[üu]rze)\swieder\s(?:da|f[üu]r\s(?:sie|euch|dich)|erreichbar|online)
      | (?:en|em|de|por)\s(?:tareas\sde\s)?(?:mantenimiento|manuten[çc][ãa]o) | (?:volvemos
        |voltamos|volveremos|voltaremos)\s(?:enseguida|pronto|en|em|logo|j[áa])
      | (?:in|per|di)\smanutenzione | (?:torniamo|saremo\sdi\snuovo|torneremo)\s(?:subito
        |presto|online|da\svoi)
      | (?:in|voor|wegens)\s(?:\w+\s)?onderhoud | onderhoudswerkzaamheden | (?:zo|snel|straks
        |binnenkort)\s(?:weer\s)?terug""",
    re.IGNORECASE | re.VERBOSE,
)
_CONSENT = re.compile(
    r"""(?:accept|allow|agree\sto|reject|manage
        |refuse)\s(?:all\s)?(?:our\s)?(?:the\suse\sof\s)?cookies | (?:we|this\ssite
        |our\spartners)\s(?:and\s\w+\s\w+\s)?use\scookies
      | before\syou\scontinue | your\s(?:privacy|cookie)\s(?:choices|preferences|settings)
        | (?:legitimate\sinterest|consent\sto\sthe)
      | we\s(?:value|care\sabout)\syour\sprivacy | you\smust\sbe\s(?:at\sleast\s)?\d\d
        | (?:tout\s)?accepter\set\s(?:continuer|fermer)
      | (?:nous|notre\ssite)\s(?:\w+\s){0,4}utilis\w+\s(?:des\s)?cookies | (?:accepter|refuser
        |g[ée]rer|param[ée]trer)\s(?:tous\s)?(?:les\s|mes\s|vos\s)?cookies
      | continuer\ssans\saccepter | avant\s(?:de\s(?:continuer|poursuivre)|d'acc[ée]der)
        | respect(?:ons)?\s(?:de\s)?votre\svie\spriv[ée]e
      | (?:alle\s)?cookies\s(?:akzeptieren|ablehnen|zulassen|verwalten)
        | wir\s(?:\w+\s){0,3}(?:verwenden|nutzen|setzen)\s(?:\w+\s){0,2}cookies
      | bevor\s(?:sie|du)\s(?:fortf|weiter) | (?:alle\sakzeptieren|einwilligung
        |zustimmen\sund\sweiter) | ihre\sprivatsph[äa]re
      | (?:aceptar|rechazar|aceitar|rejeitar|gestionar|gerenciar|configurar)\s(?:todas\s
        |todos\s)?(?:as\s|los\s|las\s|os\s)?cookies
      | (?:utilizamos|usamos)\s(?:\w+\s){0,2}cookies | antes\sde\scontinuar | valoramos\s(?:tu
        |su|a\ssua)\sprivac
      | (?:accetta|rifiuta|gestisci)\s(?:tutti\s)?(?:i\s)?cookie | (?:utilizziamo
        |usiamo)\s(?:i\s)?cookie | prima\sdi\scontinuare | continua\ssenza\saccettare
      | (?:alle\s)?cookies\s(?:accepteren|weigeren|toestaan|beheren) | (?:wij
        |we)\s(?:en\s\w+\s\w+\s)?gebruiken\s(?:\w+\s)?cookies | voordat\s(?:je|u)\s(?:verder
        |doorgaat)""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN = re.compile(
    r"""^\W*(?:please\s)?(?:log\s?-?in|sign\s?-?in|log\son)\b | (?:log|sign)\sin\s(?:to
        |with)\s(?:your|continue|\w+\sto)
      | (?:you\s(?:must|need\sto)|please)\s(?:be\slogged|log|sign)\s?in
        | forgot(?:ten)?\s(?:your\s)?password
      | ^\W*(?:connexion|se\sconnecter|identifiez-vous|connectez-vous) | mot\sde\spasse\soubli
      | ^\W*(?:anmelden|anmeldung|einloggen|login) | passwort\svergessen
      | ^\W*(?:iniciar?\ssesi[óo]n|inicia\ssesi[óo]n|acceder|entrar|iniciar\ssess[ãa]o
        |fazer\slogin) | (?:olvidaste|esqueceu|olvid[óo])\s(?:\w+\s){0,2}(?:contrase[ñn]a|senha)
      | ^\W*(?:accedi|accesso) | password\s(?:dimenticata|vergeten) | ^\W*(?:inloggen
        |aanmelden)""",
    re.IGNORECASE | re.VERBOSE,
)
_SCRIPTS = re.compile(
    r"""(?:enable|requires?|turn\son|activate|need)\s(?:\w+\s){0,3}javascript
        | javascript\s(?:is|must|to\s|muss|doit|debe|deve|moet|ist|est)
      | activ\w+\s(?:\w+\s){0,2}javascript | javascript\s(?:aktivieren|inschakelen|activer
        |desactivado|desativado|disabilitato)""",
    re.IGNORECASE | re.VERBOSE,
)


def refuse_walls(html: bytes, title: str, text: str, host: str) -> None:
    """Raise `SourceFault` (`source.page.…`) where a page is no page: `title` and readable `text` of
    what `host` sent as `html`."""
    if is_challenge_page(html):
        raise SourceFault("source.page.challenge", host=host)
    if is_consent_page(html, host):
        raise SourceFault("source.page.consent", host=host)
    short = len(text) <= SHORT_PAGE
    named = " ".join(title.split())
    if short or (len(text) <= 2 * SHORT_PAGE and len(named) <= _TITLED):
        _refuse_named(html, named, host)
    if short:
        _refuse_short(html, text, host)
    if len(text) < SHORTEST:
        raise SourceFault("source.page.short", host=host)


def _refuse_named(html: bytes, title: str, host: str) -> None:
    """By what the page calls itself."""
    if len(title) > _TITLED:
        return
    if _MAINTENANCE.search(title):
        raise SourceFault("source.page.maintenance", host=host)
    if _ERROR_TITLES.search(title):
        raise SourceFault("source.page.error", host=host)
    if _LOGIN.search(title) and b'type="password"' in html.lower():
        raise SourceFault("source.page.login", host=host)


def _refuse_short(html: bytes, text: str, host: str) -> None:
    """By what is almost all that it says."""
    plain = " ".join(text.replace("’", "'").split())
    if _MAINTENANCE.search(plain):
        raise SourceFault("source.page.maintenance", host=host)
    if _ERROR_WORDS.search(plain) or _ERROR_TITLES.search(plain[:_TITLED]):
        raise SourceFault("source.page.error", host=host)
    if len(_CONSENT.findall(plain)) >= 2:
        raise SourceFault("source.page.consent", host=host)
    if _LOGIN.search(plain) and b"password" in html.lower():
        raise SourceFault("source.page.login", host=host)
    if _SCRIPTS.search(plain) and len(plain) < SHORT_PAGE // 2:
        raise SourceFault("source.page.short", host=host)
