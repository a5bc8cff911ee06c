"""Supervision (督查督办): matters set up from plan, meeting, visit or instruction, and followed until they are done."""
