"""The lowest room of the server, without any domain terms.

config: settings. core: the dependencies of use cases. errors: domain errors and their statuses.
event_bus: events after commit. i18n, counted_texts: sentences in two languages. public_ids: ids in
addresses. civil_time, durations: days and months of instants.

Below: rest (the edge of the JSON API), db, jobs, storage, spreadsheets, crypto, runtime, workers,
websocket, openapi.
"""
