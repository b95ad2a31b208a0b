"""Secrets Manager elsewhere: MiniStack authorizes each request, another server answers it.

MiniStack's own RotateSecret promotes a copy of the current value and calls no function.
"""

import asyncio
import json
import urllib.error
import urllib.request
import uuid

from ministack.core import iam_evaluator
from ministack.core.iam_actions import access_denied_response
from ministack.core.responses import get_account_id, get_region
from ministack.core.router import extract_access_key_id
from ministack.services import secretsmanager

SERVICE = "secretsmanager"
TIMEOUT_SECONDS = 30

_url = ""


class Refused(Exception):
    """An answer of Secrets Manager that is no success."""


def stand_in(url):
    """Has every request, and every look of the IAM evaluation at a secret, answered at the URL."""
    global _url
    _url = url
    secretsmanager.handle_request = _handle_request
    secretsmanager._resolve = lambda secret_id, **_: _find(secret_id)
    secretsmanager.secret_policy_for_arn = _policy_of


def call(operation, **parameters):
    """Calls an operation as the account itself; raises Refused with the service's own words."""
    status, _, body = _send(operation, json.dumps(parameters).encode())
    answer = json.loads(body)
    if status != 200:
        raise Refused(f"{operation}: {answer.get('__type')}: {answer.get('Message')}")
    return answer


async def _handle_request(method, path, headers, body, query_params):
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    access_key = extract_access_key_id(headers, query_params) or ""
    parameters = json.loads(body or b"{}")
    if operation == "BatchGetSecretValue":
        return await asyncio.to_thread(_read_batch, access_key, parameters)
    if operation == "RotateSecret":
        denied = _denied_rotation(access_key, parameters)
        if denied:
            return denied
    return await asyncio.to_thread(_send, operation, body)


def _read_batch(access_key, parameters):
    """Secrets that the caller may not read are errors of the answer, as at AWS."""
    wanted = parameters.get("SecretIdList", [])
    denied = {secret_id for secret_id in wanted if not _may_read(access_key, secret_id)}
    allowed = [secret_id for secret_id in wanted if secret_id not in denied]
    answer = {"SecretValues": [], "Errors": []}
    if allowed:
        answer = call("BatchGetSecretValue", **{**parameters, "SecretIdList": allowed})
    answer.setdefault("Errors", []).extend(
        {"SecretId": secret_id, "ErrorCode": "AccessDeniedException", "Message": "not authorized"}
        for secret_id in sorted(denied)
    )
    return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _may_read(access_key, secret_id):
    _, secret = _find(secret_id)
    arn = secret["ARN"] if secret else _arn_of_name(secret_id)
    return iam_evaluator.enforce(access_key, "secretsmanager:GetSecretValue", SERVICE, get_region(), arn) is None


def _denied_rotation(access_key, parameters):
    """Who calls RotateSecret must be allowed to invoke the function that it starts."""
    _, secret = _find(parameters.get("SecretId", ""))
    function = parameters.get("RotationLambdaARN") or (secret or {}).get("RotationLambdaARN")
    if not function:
        return None
    action = "lambda:InvokeFunction"
    refusal = iam_evaluator.enforce(access_key, action, "lambda", get_region(), function)
    if refusal is None:
        return None
    return access_denied_response(SERVICE, action, getattr(refusal, "principal_arn", ""), str(uuid.uuid4()))


def _find(secret_id):
    """The secret's name and description, as MiniStack's own lookup answers it."""
    if not secret_id:
        return None, None
    try:
        secret = call("DescribeSecret", SecretId=secret_id)
    except Refused:
        return None, None
    return secret["Name"], secret


def _policy_of(arn):
    try:
        policy = call("GetResourcePolicy", SecretId=arn).get("ResourcePolicy", "")
    except Refused:
        return None
    return policy, get_account_id()


def _arn_of_name(secret_id):
    if secret_id.startswith("arn:"):
        return secret_id
    return f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:{secret_id}"


def _send(operation, body):
    request = urllib.request.Request(
        _url,
        data=body,
        headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"secretsmanager.{operation}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
