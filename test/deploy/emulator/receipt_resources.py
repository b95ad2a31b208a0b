"""CloudFormation's resource types of mail that SES receives; MiniStack has the service's API."""

from ministack.services import ses, sns
from ministack.services.cloudformation import provisioners

from policies import allows_service

RECEIVES = "ses.amazonaws.com"


def _create_rule_set(logical_id, props, stack_name):
    name = props.get("RuleSetName") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    _demand(ses._create_receipt_rule_set({"RuleSetName": name}))
    return name, {}


def _update_rule_set(name, old, new, stack_name):
    if new.get("RuleSetName") != old.get("RuleSetName"):
        raise ValueError("A rule set's name cannot be changed here.")
    return name, {}


def _delete_rule_set(name, props):
    _demand(ses._delete_receipt_rule_set({"RuleSetName": name}))


def _create_rule(logical_id, props, stack_name):
    rule = dict(props["Rule"])
    name = rule.get("Name") or provisioners._physical_name(stack_name, logical_id, max_len=64)
    for action in rule.get("Actions", []):
        _demand_publishable(action.get("SNSAction", {}).get("TopicArn"))
    parameters = {"RuleSetName": props["RuleSetName"], **_flat("Rule", {**rule, "Name": name})}
    if props.get("After"):
        parameters["After"] = props["After"]
    _demand(ses._create_receipt_rule(parameters))
    return name, {}


def _update_rule(name, old, new, stack_name):
    _delete_rule(name, old)
    rule = {**new["Rule"], "Name": name}
    return _create_rule(name, {**new, "Rule": rule}, stack_name)


def _delete_rule(name, props):
    _demand(ses._delete_receipt_rule({"RuleSetName": props["RuleSetName"], "RuleName": name}))


def _demand_publishable(topic):
    """SES publishes to the topic when the rule is created, and refuses the rule if it may not."""
    if topic is None:
        return
    policy, _ = sns.topic_policy_for_arn(topic) or ("", "")
    if not allows_service(policy, RECEIVES, "sns:Publish", topic):
        raise ValueError(f"Could not publish to SNS topic: {topic}")


def _flat(name, value):
    """As the query protocol writes structures and lists."""
    if isinstance(value, dict):
        return {key: text for part, inner in value.items() for key, text in _flat(f"{name}.{part}", inner).items()}
    if isinstance(value, list):
        members = enumerate(value, start=1)
        return {key: text for i, inner in members for key, text in _flat(f"{name}.member.{i}", inner).items()}
    return {name: str(value)}


def _demand(answer):
    status, _, body = answer[:3]
    if status >= 400:
        raise ValueError(body.decode() if isinstance(body, bytes) else str(body))


HANDLERS = {
    "AWS::SES::ReceiptRuleSet": {
        "create": _create_rule_set,
        "update": _update_rule_set,
        "delete": _delete_rule_set,
    },
    "AWS::SES::ReceiptRule": {"create": _create_rule, "update": _update_rule, "delete": _delete_rule},
}
