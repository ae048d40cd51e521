"""Has the official A2A SDK read the pushes on standard input, one JSON object a line.

Each has `body` (base64). The answer is one line for each: `kind`, the one member that the push
has, and `value`, what the SDK understood of it; or `refused`, in the words of the SDK. Fields that
the protocol does not know are refused. What was read must survive both forms of the protocol,
its binary one and JSON, as an agent would store it or hand it on.
"""

import base64
import json
import sys

from a2a.types import StreamResponse
from google.protobuf import json_format


def read(body):
    try:
        push = json_format.Parse(body, StreamResponse())
        again = StreamResponse.FromString(push.SerializeToString())
        members = json_format.MessageToDict(again)
    except Exception as error:
        return {"refused": str(error)}
    member = again.WhichOneof("payload")
    if member is None:
        return {"refused": "there is no payload"}
    name = again.DESCRIPTOR.fields_by_name[member].json_name
    return {"kind": name, "value": members[name]}


for line in sys.stdin:
    print(json.dumps(read(base64.b64decode(json.loads(line)["body"]))))
