"""A daemon's session, spoken by Google's own gRPC: session_client.py ADDRESS CA_PEM_FILE SCENARIO

Prints one line per answer and the final status, for the test to compare.
"""
import sys
import threading

import grpc
from google.protobuf.json_format import MessageToJson
from pqtunnel.v1 import tunnel_control_pb2 as pb


def requests(answers):
    """Says the next thing only when the operator has answered the last one, so that both directions must be open at once."""
    yield pb.DaemonMessage(sequence=1, hello=pb.Hello(
        namespace="network", gateway="pqgateway-edge", instance_id="0123456789abcdef" * 2,
        tunnels=[pb.HeldTunnel(tunnel=pb.TunnelRef(name="berlin", uid="1"), fingerprint="f")],
        daemon_version="0.1.0" * 100))  # long enough that a client asked to compress does so
    answers.wait_for("welcome")
    report = pb.TunnelReport(
        phase=pb.TUNNEL_PHASE_ESTABLISHED,
        ike_sa=pb.IkeSa(spi_i=0xFEDCBA9876543210, key_exchanges=["P-384", "ML-KEM-768"], quantum_safe=True),
        child_sas=[pb.ChildSa(spi_in=0xC0FFEE01, quantum_safety=pb.QUANTUM_SAFETY_FROM_IKE_SA)],
        probe=pb.DataPathProbe(state=pb.PROBE_STATE_HEALTHY, rtt_micros=1234, loss_ratio=0.25))
    report.phase_since.FromJsonString("2026-11-22T04:00:00Z")
    yield pb.DaemonMessage(sequence=2, report=report)
    yield pb.DaemonMessage(sequence=3, counters=pb.Counters(bytes_in=2**63, drops={"XfrmInStateSeqError": 7}))
    answers.wait_for("teardown")
    yield pb.DaemonMessage(sequence=4, teardown_done=pb.TeardownDone())


class Answers:
    def __init__(self):
        self._seen, self._changed = set(), threading.Condition()

    def add(self, kind):
        with self._changed:
            self._seen.add(kind)
            self._changed.notify_all()

    def wait_for(self, kind):
        with self._changed:
            self._changed.wait_for(lambda: kind in self._seen or "end" in self._seen)


def main(address, authority, scenario):
    with open(authority, "rb") as f:
        credentials = grpc.ssl_channel_credentials(root_certificates=f.read())
    with grpc.secure_channel(address, credentials) as channel:
        session = channel.stream_stream(
            "/pqtunnel.v1.TunnelControl/" + ("Nothing" if scenario == "unknown-method" else "Session"),
            request_serializer=pb.DaemonMessage.SerializeToString,
            response_deserializer=pb.OperatorMessage.FromString)
        answers = Answers()
        call = session(
            requests(answers),
            metadata=[("authorization", "Bearer " + ("wrong" if scenario == "wrong-token" else "right"))],
            timeout=0.5 if scenario == "deadline" else 20,
            compression=grpc.Compression.Gzip if scenario == "compressed" else None)
        try:
            for answer in call:
                print(MessageToJson(answer, indent=None, ensure_ascii=False), flush=True)
                answers.add(answer.WhichOneof("body"))
        except grpc.RpcError:
            pass
        answers.add("end")
        print(call.code().name, call.details(), flush=True)


main(*sys.argv[1:])
