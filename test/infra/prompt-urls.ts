import type { Template } from 'aws-cdk-lib/assertions';
import { logicalId } from './grants.ts';

/** The properties of a function. */
export function functionOf(of: Template, name: string) {
  return of.findResources('AWS::Lambda::Function')[
    logicalId(of, 'AWS::Lambda::Function', `${name}Function`)
  ]?.['Properties'];
}

/** What a function is told of the prompt page. */
export function promptUrlOf(of: Template, name: string): unknown {
  return functionOf(of, name).Environment.Variables.PROMPT_URL;
}
