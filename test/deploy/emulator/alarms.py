"""Alarms on metric math, which MiniStack refuses: kept as alarms on the first of their metrics."""

from ministack.services.cloudformation import provisioners

_plain_record = provisioners._cw_metric_alarm_record


def accept_metric_math():
    provisioners._cw_metric_alarm_record = _record


def _record(name, props):
    metrics = props.get("Metrics")
    if not metrics:
        return _plain_record(name, props)
    returned = [metric for metric in metrics if str(metric.get("ReturnData", True)).lower() == "true"]
    if len(returned) != 1:
        raise ValueError("Exactly one element of the metrics list must return data.")
    metric = next(part["MetricStat"]["Metric"] for part in metrics if "MetricStat" in part)
    plain = {key: value for key, value in props.items() if key != "Metrics"}
    return _plain_record(name, {**plain, **metric})
