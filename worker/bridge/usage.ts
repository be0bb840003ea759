/** Tokens of one response, or of many. What was cached is part of the input counts, not beside them. */
export type TokenUsage = {
  textIn: number;
  textInCached: number;
  audioIn: number;
  audioInCached: number;
  textOut: number;
  audioOut: number;
};

export const noUsage: TokenUsage = {
  textIn: 0,
  textInCached: 0,
  audioIn: 0,
  audioInCached: 0,
  textOut: 0,
  audioOut: 0,
};

/** The tokens of both. */
export const addUsage = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  textIn: a.textIn + b.textIn,
  textInCached: a.textInCached + b.textInCached,
  audioIn: a.audioIn + b.audioIn,
  audioInCached: a.audioInCached + b.audioInCached,
  textOut: a.textOut + b.textOut,
  audioOut: a.audioOut + b.audioOut,
});

/** What something costs. Where no price is known there is a guess, on the high side, for a ceiling that is to hold. */
export type Cost = { costUsd: number } | { costUsd: undefined; guess: { model: string; usd: number } };
