"""Tocsin: the alarm bell that rings before your marketplace closes.

source ──fetch──▶ entry ──detect──▶ notice ──match──▶ incident ──triage──▶ alert (one per guild)
                                                         │                     │
                                                         │                     └─▶ outbox ─▶ message
                                                         └─▶ checklist (one per member)
"""
