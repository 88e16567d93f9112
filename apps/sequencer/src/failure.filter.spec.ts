import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogger, TransientError } from '#libs/service';
import { FailureFilter } from './failure.filter.js';

let app: NestFastifyApplication;
let thrown: Error;

@Controller()
class Failing {
  @Get()
  fail(): never {
    throw thrown;
  }
}
@Module({ controllers: [Failing] })
class FailingModule {}

beforeEach(async () => {
  const adapter = new FastifyAdapter();
  app = await NestFactory.create(FailingModule, adapter, { logger: false });
  app.useGlobalFilters(new FailureFilter(createLogger('spec', 'silent')));
  await app.init();
});
afterEach(() => app.close());

it('says when to try again if a neighbour is away', async () => {
  thrown = new TransientError('the database cannot serve now');
  const { statusCode, headers, body } = await app.inject('/');
  expect([statusCode, headers['retry-after']]).toEqual([503, '2']);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'unavailable' } });
});

it('names no time for a bug and tells none of it', async () => {
  thrown = new TypeError('secret detail');
  const { statusCode, headers, body } = await app.inject('/');
  expect([statusCode, headers['retry-after']]).toEqual([500, undefined]);
  expect(body).not.toContain('secret');
});
