"""Booking a visit."""

from __future__ import annotations

from actions.decision import Decision


class BookingStart(Decision):
    decision = "booking_start"


class BookingConfirm(Decision):
    decision = "booking_confirm"


class BookingMove(Decision):
    decision = "booking_move"


class BookingCancel(Decision):
    decision = "booking_cancel"


class BookingList(Decision):
    decision = "booking_list"


class BookingHall(Decision):
    decision = "booking_hall"
