import { getLlama, LlamaLogLevel, type Llama } from 'node-llama-cpp';

let library: Promise<Llama> | null = null;

/** llama.cpp in this process: the prebuilt CPU binary, never compiled or downloaded, one thread. Loaded once. */
export function llamaLibrary(): Promise<Llama> {
  library ??= getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
    maxThreads: 1,
  });
  return library;
}
