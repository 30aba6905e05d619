"""Anping's scheduling domain: from "how often" to what is on a screen at an instant."""
