/** Version of the agent, as in its package. */
export const AGENT_VERSION = '0.1.0';
