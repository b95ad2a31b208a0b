"""CloudFormation's resource types of Secrets Manager, on the Secrets Manager that stands in."""

import json
import uuid

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from policies import allows_service
from secrets_manager import call

ROTATES = "secretsmanager.amazonaws.com"


def _create_secret(logical_id, props, stack_name):
    name = props.get("Name") or provisioners._physical_name(stack_name, logical_id)
    answer = call(
        "CreateSecret",
        Name=name,
        ClientRequestToken=str(uuid.uuid4()),
        SecretString=provisioners._sm_secret_string(props),
        **{key: props[key] for key in ("Description", "KmsKeyId", "Tags") if props.get(key)},
    )
    return answer["ARN"], {"Id": answer["ARN"], "Arn": answer["ARN"]}


def _update_secret(arn, old, new, stack_name):
    if new.get("Name") != old.get("Name"):
        raise ValueError("A secret's name cannot be changed here.")
    changes = {key: new.get(key, "") for key in ("Description", "KmsKeyId") if new.get(key) != old.get(key)}
    if any(new.get(key) != old.get(key) for key in ("SecretString", "GenerateSecretString")):
        changes["SecretString"] = provisioners._sm_secret_string(new)
    if changes:
        call("UpdateSecret", SecretId=arn, ClientRequestToken=str(uuid.uuid4()), **changes)
    return arn, {"Id": arn, "Arn": arn}


def _delete_secret(arn, props):
    call("DeleteSecret", SecretId=arn, ForceDeleteWithoutRecovery=True)


def _create_schedule(logical_id, props, stack_name):
    arn = call("DescribeSecret", SecretId=props["SecretId"])["ARN"]
    function = props["RotationLambdaARN"]
    _demand_invocable(function, arn)
    call(
        "RotateSecret",
        SecretId=arn,
        ClientRequestToken=str(uuid.uuid4()),
        RotationLambdaARN=function,
        RotationRules=_rules(props.get("RotationRules", {})),
        # What CloudFormation does where the template does not say.
        RotateImmediately=_flag(props.get("RotateImmediatelyOnUpdate", True)),
    )
    return arn, {"Id": arn}


def _update_schedule(arn, old, new, stack_name):
    return _create_schedule("", new, stack_name)


def _delete_schedule(arn, props):
    call("CancelRotateSecret", SecretId=arn)


def _create_policy(logical_id, props, stack_name):
    arn = call("DescribeSecret", SecretId=props["SecretId"])["ARN"]
    policy = props["ResourcePolicy"]
    call(
        "PutResourcePolicy",
        SecretId=arn,
        ResourcePolicy=policy if isinstance(policy, str) else json.dumps(policy),
        BlockPublicPolicy=_flag(props.get("BlockPublicPolicy", False)),
    )
    return arn, {"Id": arn}


def _update_policy(arn, old, new, stack_name):
    return _create_policy("", new, stack_name)


def _delete_policy(arn, props):
    call("DeleteResourcePolicy", SecretId=arn)


def _demand_invocable(function, secret_arn):
    """As RotateSecret demands: the function's policy lets Secrets Manager in for this secret."""
    policy, _ = lambda_svc.function_policy_for_arn(function) or ({}, "")
    if not allows_service(policy, ROTATES, "lambda:InvokeFunction", function, source_arn=secret_arn):
        raise ValueError(
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the "
            f"function policy grants access to the principal {ROTATES} for {secret_arn}."
        )


def _rules(rules):
    """Template numbers may be texts."""
    return {key: int(value) if key == "AutomaticallyAfterDays" else value for key, value in rules.items()}


def _flag(value):
    return value if isinstance(value, bool) else str(value).lower() == "true"


HANDLERS = {
    "AWS::SecretsManager::Secret": {
        "create": _create_secret,
        "update": _update_secret,
        "delete": _delete_secret,
    },
    "AWS::SecretsManager::RotationSchedule": {
        "create": _create_schedule,
        "update": _update_schedule,
        "delete": _delete_schedule,
    },
    "AWS::SecretsManager::ResourcePolicy": {
        "create": _create_policy,
        "update": _update_policy,
        "delete": _delete_policy,
    },
}
