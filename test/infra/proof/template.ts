import { arnOf, HOME, secretArn } from '../../support/calls/place.ts';
import type { Statement } from './policy.ts';

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** How CloudFormation shows a resource: by its name or by its ARN. */
interface Shape {
  readonly arn: (name: string) => string;
  readonly ref: 'name' | 'arn';
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'AWS::DynamoDB::Table': { arn: (name) => arnOf('dynamodb', `table/${name}`), ref: 'name' },
  'AWS::IAM::Role': { arn: (name) => `arn:aws:iam::${HOME.accountId}:role/${name}`, ref: 'name' },
  'AWS::KMS::Key': { arn: (name) => arnOf('kms', `key/${name}`), ref: 'name' },
  'AWS::Lambda::Alias': { arn: (name) => arnOf('lambda', `function:${name}`), ref: 'arn' },
  'AWS::Lambda::Function': { arn: (name) => arnOf('lambda', `function:${name}`), ref: 'name' },
  'AWS::Logs::LogGroup': { arn: (name) => arnOf('logs', `log-group:${name}:*`), ref: 'name' },
  'AWS::S3::Bucket': { arn: (name) => `arn:aws:s3:::${name}`, ref: 'name' },
  'AWS::SNS::Topic': { arn: (name) => arnOf('sns', name), ref: 'arn' },
  'AWS::SQS::Queue': { arn: (name) => arnOf('sqs', name), ref: 'name' },
  'AWS::SecretsManager::Secret': { arn: (name) => secretArn(name), ref: 'arn' },
};

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': HOME.accountId,
  'AWS::Partition': 'aws',
  'AWS::Region': HOME.region,
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A synthesized template, with each value as it would be after the deployment.
 * A resource without a name is called by its logical id.
 */
export class DeployedTemplate {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly #names: ReadonlyMap<string, string>;

  /** @param names what resources are called instead, by logical id. */
  constructor(resources: Readonly<Record<string, Resource>>, names: ReadonlyMap<string, string>) {
    this.resources = new Map(Object.entries(resources));
    this.#names = names;
  }

  ofType(...types: readonly string[]): readonly (readonly [string, Resource])[] {
    return [...this.resources].filter(([, { Type }]) => types.includes(Type));
  }

  /** The ARN of a resource; `undefined` where it has none that a policy could name. */
  arnOf(logicalId: string): string | undefined {
    const resource = this.resources.get(logicalId);
    const shape = SHAPES[resource?.Type ?? ''];
    return resource && shape?.arn(this.#nameOf(logicalId, resource));
  }

  /** A value without intrinsic functions. @throws Error for one that it does not know. */
  value(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    const [[key = '', operand] = [], ...others] = Object.entries(value);
    if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) return this.#resolve(key, operand);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.value(item)]));
  }

  /** The statements of a policy document. */
  statements(document: unknown): readonly Statement[] {
    return (this.value(document) as { readonly Statement: readonly Statement[] }).Statement;
  }

  #resolve(key: string, operand: unknown): string {
    switch (key) {
      case 'Ref':
        return PSEUDO_PARAMETERS[String(operand)] ?? this.#reference(String(operand));
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = operand as readonly [string, string];
        const arn = attribute === 'Arn' ? this.arnOf(logicalId) : undefined;
        if (arn !== undefined) return arn;
        break;
      }
      case 'Fn::Join': {
        const [separator, parts] = operand as readonly [string, readonly unknown[]];
        return parts.map((part) => String(this.value(part))).join(separator);
      }
    }
    throw new Error(`nobody knows the value of ${key} ${JSON.stringify(operand)}`);
  }

  #reference(logicalId: string): string {
    const resource = this.resources.get(logicalId);
    const shape = SHAPES[resource?.Type ?? ''];
    if (resource === undefined || shape === undefined)
      throw new Error(`nobody knows the value of ${logicalId}`);
    const name = this.#nameOf(logicalId, resource);
    return shape.ref === 'arn' ? shape.arn(name) : name;
  }

  #nameOf(logicalId: string, { Properties: properties = {} }: Resource): string {
    const given = properties['Name'] ?? properties['FunctionName'];
    return this.#names.get(logicalId) ?? (typeof given === 'string' ? given : logicalId);
  }
}
