import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssetHashType, type CfnResource, Lazy } from 'aws-cdk-lib';
import { Code, type CodeConfig, type ResourceBindOptions, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { BUNDLED_CONFIGURATION, bundleHandler, handlerOf } from './bundle.ts';
import { type FunctionName, requireWithinLimit } from './bundle-limits.ts';

/**
 * The code of one function, bundled late. The configuration travels in the
 * bundle, and it is complete only when everything has been added to the
 * constructs, which is after the function exists: until `bundle` is called, the
 * place of the code is a promise.
 */
export class HandlerCode extends Code {
  readonly #name: FunctionName;
  readonly #limitBytes: number | undefined;
  #scope: Construct | undefined;
  #function: CfnResource | undefined;
  #asset: Asset | undefined;

  /**
   * @param name Name of the function: its handler is `lambdas/<name>/handler.ts`.
   * @param limitBytes The most bytes that its bundle may have, if not what `bundle-limits.ts` says.
   */
  constructor(name: FunctionName, limitBytes?: number) {
    super();
    this.#name = name;
    this.#limitBytes = limitBytes;
  }

  override bind(scope: Construct): CodeConfig {
    this.#scope = scope;
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => this.#bundled().s3BucketName }),
        objectKey: Lazy.string({ produce: () => this.#bundled().s3ObjectKey }),
      },
    };
  }

  override bindToResource(resource: CfnResource, _options?: ResourceBindOptions): void {
    this.#function = resource;
  }

  /**
   * Bundles the handler with the configuration beside it; skipped by the CDK for
   * a stack that is not selected.
   *
   * @param configuration JSON text.
   * @throws Error with the sentence of `BundleTooLarge`, to which the CDK adds where the bundle is.
   */
  bundle(configuration: string): void {
    if (this.#scope === undefined || this.#function === undefined) return;
    const name = this.#name;
    const limitBytes = this.#limitBytes;
    const handler = handlerOf(name);
    this.#asset = new Asset(this.#scope, 'Code', {
      path: dirname(handler),
      deployTime: true,
      // The bundle holds more than the handler's folder, so its content decides whether it is new.
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // Named because it must be; the local bundling below never leaves anything to it.
        image: Runtime.NODEJS_24_X.bundlingImage,
        // What was bundled once is not bundled again. Another configuration is another bundle.
        environment: { CONFIGURATION: createHash('sha256').update(configuration).digest('hex') },
        local: {
          tryBundle(outputDirectory) {
            bundleHandler({ handler, outputDirectory });
            requireWithinLimit(name, outputDirectory, limitBytes);
            writeFileSync(join(outputDirectory, BUNDLED_CONFIGURATION), configuration);
            return true;
          },
        },
      },
    });
    this.#asset.addResourceMetadata(this.#function, 'Code');
  }

  #bundled(): Asset {
    if (this.#asset === undefined) throw new Error(`The ${this.#name} function was never bundled.`);
    return this.#asset;
  }
}
