"""What MiniStack's evaluation of policies lacks."""

from ministack.core import iam_evaluator
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

_plain_key = iam_evaluator._resolve_condition_key


def name_roles_by_their_arn():
    """aws:PrincipalArn of a function is its role's ARN, not the session's."""
    iam_evaluator._resolve_condition_key = _resolve_condition_key


def _resolve_condition_key(key, context):
    if key.lower() != "aws:principalarn" or ":assumed-role/" not in context.principal_arn:
        return _plain_key(key, context)
    role_name = iam_evaluator._role_name_from_assumed_arn(context.principal_arn)
    role = iam._roles.get_scoped(context.principal_account, None, role_name)
    return role["Arn"] if role else context.principal_arn


def allows_service(policy, service, action, resource_arn, source_arn=""):
    """Whether a resource's policy lets an AWS service in that acts on its own."""
    asked = EvalContext(
        principal_arn="",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource_arn,
        region=get_region(),
        secure_transport=True,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": get_account_id()},
    )
    return evaluate_resource_policy(policy, asked, service=service).decision == "Allow"
