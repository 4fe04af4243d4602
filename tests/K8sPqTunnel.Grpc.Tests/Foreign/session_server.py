"""An operator's end of a session, served by Google's own gRPC: session_server.py CERTIFICATE_PEM_FILE KEY_PEM_FILE

Prints its port, and serves until its standard input ends.
"""
import sys
from concurrent import futures

import grpc
from pqtunnel.v1 import tunnel_control_pb2 as pb


def session(messages, context):
    if dict(context.invocation_metadata()).get("authorization") != "Bearer right":
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "100 % ungültig")
    for message in messages:
        kind = message.WhichOneof("body")
        if kind == "hello":
            yield pb.OperatorMessage(welcome=pb.Welcome(last_report_sequence=message.sequence + 41))
        elif kind == "report":
            yield pb.OperatorMessage(teardown=pb.Teardown(reason=",".join(message.report.ike_sa.key_exchanges)))
        elif kind == "counters":
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "Too many counters.")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main(certificate, key):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    handler = grpc.stream_stream_rpc_method_handler(
        session, request_deserializer=pb.DaemonMessage.FromString, response_serializer=pb.OperatorMessage.SerializeToString)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("pqtunnel.v1.TunnelControl", {"Session": handler}),))
    credentials = grpc.ssl_server_credentials([(read(key), read(certificate))])
    print(server.add_secure_port("127.0.0.1:0", credentials), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(grace=None)


main(*sys.argv[1:])
