"""grpcio with code that grpcio-tools makes of our protos."""

import os
import subprocess
import sys
import tempfile

import grpc


def main():
    with tempfile.TemporaryDirectory() as made:
        proto = os.environ["PROTO"]
        files = [os.path.join("rinnakkain/care/v1", name) for name in os.listdir(f"{proto}/rinnakkain/care/v1")]
        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{proto}", f"--python_out={made}", f"--grpc_python_out={made}"]
        subprocess.run([*command, *files], check=True)
        sys.path.insert(0, made)
        from rinnakkain.care.v1 import involvement_pb2, involvement_pb2_grpc, request_pb2

        channel = grpc.insecure_channel(f"127.0.0.1:{os.environ['GRPC']}")
        stub = involvement_pb2_grpc.InvolvementServiceStub(channel)
        client = request_pb2.Identifier(system="urn:oid:1.2.246.21", value="010594Y9032")
        access = request_pb2.Access(
            user="interop",
            task=request_pb2.TASK_DUTY_SOCIAL_SERVICE,
            purpose=request_pb2.PURPOSE_URGENT_HELP,
            no_case_yet=request_pb2.NoCaseYet(),
        )
        question = involvement_pb2.CheckInvolvementRequest(client=client, access=access)
        bearer = (("authorization", f"Bearer {os.environ['DUTY_TOKEN']}"),)
        answer = stub.CheckInvolvement(question, metadata=bearer, timeout=30)
        if not answer.WhichOneof("involvement"):
            raise SystemExit(f"no answer: {answer}")
        for metadata, value, code in [
            ((), "010594Y9032", grpc.StatusCode.UNAUTHENTICATED),
            (bearer, "", grpc.StatusCode.INVALID_ARGUMENT),
            (bearer, "x" * 70_000, grpc.StatusCode.RESOURCE_EXHAUSTED),
        ]:
            question.client.value = value
            try:
                stub.CheckInvolvement(question, metadata=metadata, timeout=30)
            except grpc.RpcError as refused:
                if refused.code() == code:
                    continue
                raise
            raise SystemExit(f"{code} was expected")
    print("an answer and three refusals, each by its code")


main()
