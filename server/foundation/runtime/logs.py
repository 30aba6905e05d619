"""Structured logs: one JSON line each on stderr, Chinese unescaped, no secrets."""

import logging
import sys

import structlog


def set_up_logs(level: str = "info") -> None:
    """Route structlog and the standard library's loggers to one JSON line each.

    `level`: the least severe lines that are written, by name.
    """
    least = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    line = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=line, foreign_pre_chain=shared)
    )
    logging.basicConfig(level=least, handlers=[handler], force=True)
    # Six lines at each start that are of no use to operators.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
