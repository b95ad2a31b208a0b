"""MiniStack on a free loopback port, with TLS, and with Secrets Manager behind it elsewhere.

Serves until it gets SIGTERM or its standard input ends, which it does with the process
that started it; what it started ends with it.

Environment: SECRETS_MANAGER_URL, where the Secrets Manager that stands in is; TMPDIR,
a folder of this run; and MiniStack's own variables. Prints one line of JSON with the
port and the certificate on standard output as soon as it accepts connections.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import threading

ADDRESS = "127.0.0.1"


def main():
    # Not for the functions, which inherit this environment.
    secrets_manager_url = os.environ.pop("SECRETS_MANAGER_URL")
    listener = socket.create_server((ADDRESS, 0))
    port = listener.getsockname()[1]
    # MiniStack reads its port when it is imported.
    os.environ["GATEWAY_PORT"] = str(port)

    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app
    from ministack.core.tls import resolve_tls_material

    from ministack.services.cloudformation import provisioners

    import alarms
    import native_events
    import policies
    import receipt_resources
    import rotation_resources
    import secrets_manager

    secrets_manager.stand_in(secrets_manager_url)
    policies.name_roles_by_their_arn()
    alarms.accept_metric_math()
    native_events.accept_from_services()
    provisioners._RESOURCE_HANDLERS.update(receipt_resources.HANDLERS | rotation_resources.HANDLERS)

    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = resolve_tls_material()
    config.loglevel = "INFO"

    async def announced(scope, receive, send):
        """The app, which says on standard output when its startup is over."""
        if scope["type"] != "lifespan":
            return await app(scope, receive, send)

        async def tell(message):
            if message["type"] == "lifespan.startup.complete":
                print(json.dumps({"port": port, "certificate": config.certfile}), flush=True)
            await send(message)

        return await app(scope, receive, tell)

    def end_with_input():
        sys.stdin.read()
        # It leads its process group, which the functions' processes are in.
        os.killpg(os.getpgrp(), signal.SIGTERM)

    async def run():
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        threading.Thread(target=end_with_input, daemon=True).start()
        await serve(announced, config, shutdown_trigger=stop.wait)

    asyncio.run(run())


if __name__ == "__main__":
    sys.exit(main())
