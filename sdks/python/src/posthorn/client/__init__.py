"""The client of the API: calls as data, made by one client that waits and one of asyncio."""
