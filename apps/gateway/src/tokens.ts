/** What is injected without being a class of ours. */
export const LoggerToken = Symbol('logger');
export const DatabaseToken = Symbol('database');
