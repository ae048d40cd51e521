"""Has the official library verify the requests on standard input, one JSON object a line.

Each has `secret`, `headers`, `body` and `data` (base64), and `nowSeconds`, at which the library's
clock is set. The answer is one line for each: what the library said, `valid` or its own words.
"""

import base64
import datetime
import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError, webhooks


def clock_at(seconds):
    """A `datetime` whose `now` is fixed and that is otherwise the real one."""

    class FixedClock(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(seconds, tz)

    return FixedClock


def judge(case):
    body = base64.b64decode(case["body"])
    data = base64.b64decode(case["data"])
    webhooks.datetime = clock_at(case["nowSeconds"])
    try:
        parsed = Webhook(case["secret"]).verify(body, case["headers"])
    except WebhookVerificationError as error:
        return str(error)
    if not body.endswith(b'"data":' + data + b"}"):
        return "the data is not what was published"
    if parsed["data"] != json.loads(data):
        return "the data does not mean what was published"
    return "valid"


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))))
