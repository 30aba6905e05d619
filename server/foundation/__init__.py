"""What every room stands on; it knows no noun of the office.

How are settings read: config. What is every use case given: core. Which error is which status:
errors.
Who hears of what after commit: event_bus. How is a sentence said in two languages: i18n,
counted_texts.
How does an id look outside: public_ids. Which day and month an instant is of: civil_time,
durations.
Below: rest (the edge of JSON), db, jobs, storage, spreadsheets, crypto, runtime, workers,
websocket, openapi.
"""
