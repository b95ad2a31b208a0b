import { fleet } from '../../lib/core/watch/fleet.ts';
import { defineWidget } from '../../lib/runtime/define-widget.ts';
import { readWidgetEvent } from '../../lib/runtime/events.ts';
import { WIDGET_DOCUMENTATION } from '../../lib/runtime/widget/documentation.ts';
import { drawFleet } from '../../lib/runtime/widget/fleet-widget.ts';

/** A CloudWatch dashboard calls this for the fleet as HTML, or for its own documentation. */
export const createHandler = defineWidget(async (input, { ports, configuration, watchFunctionArn }) => {
  const event = readWidgetEvent(input);
  if (event.kind === 'describe') return WIDGET_DOCUMENTATION;
  const rows = await fleet(ports, configuration);
  return drawFleet({ rows, now: ports.clock.now(), theme: event.theme, watchFunctionArn });
});

export const handler = createHandler();
