"""Takeovers and stops by screen: delivered, shown, or withdrawn and possibly still shown."""
