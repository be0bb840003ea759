/** Whether a variable is a secret of the operator's own, for HTTP tools. */
export const isToolVariable = (name: string): boolean => /^TOOL_\w+$/.test(name);
