"""Turns what is to be said into a card, in the guild's language, at the moment of sending."""

from discord import ui

from bot.catalogue.catalogue import Catalogue
from bot.chat import escape
from bot.chat.alert_card import alert_card
from bot.chat.health_card import health_card
from bot.chat.held_card import held_card
from bot.chat.moved_card import moved_card
from bot.chat.note_card import note_card
from bot.chat.review_card import review_card
from bot.chat.stopped_card import stopped_card
from bot.chat.waiting_card import waiting_card
from bot.chat.words import Words
from bot.clock import Clock
from bot.domain.deliveries import Delivery, Subject
from bot.domain.names import UNNAMED
from bot.i18n import Texts
from bot.services.checklists import template_for
from bot.services.dispatch import (
    TellAlert,
    TellHealth,
    TellHeld,
    Telling,
    TellMoved,
    TellStopped,
)


class Renderer:
    """Makes cards; knows the sentences, the templates and the date of today."""

    def __init__(self, texts: Texts, catalogue: Catalogue, clock: Clock) -> None:
        self._texts = texts
        self._catalogue = catalogue
        self._clock = clock

    def view(self, delivery: Delivery, telling: Telling) -> ui.LayoutView:
        """The message for this delivery, with its nonce in a button."""
        match telling:
            case TellAlert():
                return self._alert(delivery, telling)
            case TellHealth(_, watcher, source):
                return health_card(self._texts, delivery.locale, watcher, source, delivery.nonce)
            case TellMoved(_, watcher, source):
                return moved_card(self._texts, delivery.locale, watcher, source, delivery.nonce)
            case TellStopped(_, destination, waiting):
                return stopped_card(
                    self._texts,
                    delivery.locale,
                    destination.channel_id,
                    destination.fault,
                    waiting,
                    delivery.nonce,
                )
            case TellHeld(_, held, fault):
                return held_card(self._texts, delivery.locale, held, delivery.nonce, fault)

    def thread_name(self, telling: TellAlert) -> str:
        """What the thread of an alert is called."""
        words = Words(self._texts, telling.settings.locale)
        written = telling.view.alert.told.platform_name
        unnamed = words.platform(written) if written == UNNAMED else None
        return words("note.thread", platform=unnamed or escape.clean(written, 60))

    def _alert(self, delivery: Delivery, telling: TellAlert) -> ui.LayoutView:
        view, settings = telling.view, telling.settings
        locale, nonce = settings.locale, delivery.nonce
        today = self._clock.now().date()
        if delivery.subject is Subject.NOTE:
            return note_card(
                self._texts,
                locale,
                view.alert,
                view.history,
                delivery.revision,
                nonce,
                today,
                has_checklist=template_for(self._catalogue, view.alert) is not None,
                role_id=delivery.role_id,
            )
        if delivery.subject is Subject.ALERT:
            return alert_card(
                self._texts,
                locale,
                view.alert,
                view.history,
                nonce,
                today,
                has_checklist=template_for(self._catalogue, view.alert) is not None,
                role_id=delivery.role_id,
            )
        if delivery.channel_id != settings.review_channel_id:
            return waiting_card(self._texts, locale, view.alert, nonce)
        return review_card(
            self._texts,
            locale,
            view.alert,
            view.history,
            view.notices,
            view.reporters,
            nonce,
            today,
            own_sites=self._catalogue.own_hosts(view.alert.told.platform, view.links_read),
        )
