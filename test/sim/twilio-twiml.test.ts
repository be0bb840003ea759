import { describe, expect, test } from "vitest";
import twilio from "twilio";
import { parseTwiml } from "../../sim/twilio/twiml/parse.ts";

const inResponse = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${body}</Response>`;

describe("TwiML is read", () => {
  test("as Twilio's own builder writes it", () => {
    const response = new twilio.twiml.VoiceResponse();
    response.say({ voice: "alice", language: "en-US" }, `Tom & "Jerry" <live> naïve`);
    const stream = response
      .connect({ action: "https://f.example.com/stream-ended?attempt=1&x=2", method: "POST" })
      .stream({ url: "wss://w.example.com/websocket/CA1", name: "n", statusCallback: "https://w.example.com/s" });
    stream.parameter({ name: "token", value: `a"b<c>&d` });
    response.pause({ length: 2 });
    response.play({ digits: "ww12#" });
    response.redirect("/again");
    response.hangup();
    response.reject({ reason: "busy" });
    expect(parseTwiml(response.toString())).toEqual({
      warnings: [],
      leftOut: [],
      verbs: [
        { verb: "Say", text: `Tom & "Jerry" <live> naïve`, loop: 1 },
        {
          verb: "Connect",
          action: "https://f.example.com/stream-ended?attempt=1&x=2",
          method: "POST",
          stream: {
            url: "wss://w.example.com/websocket/CA1",
            name: "n",
            statusCallback: "https://w.example.com/s",
            statusCallbackMethod: "POST",
            parameters: { token: `a"b<c>&d` },
          },
        },
        { verb: "Pause", seconds: 2 },
        { verb: "Play", digits: "ww12#", loop: 1 },
        { verb: "Redirect", url: "/again", method: "POST" },
        { verb: "Hangup" },
        { verb: "Reject", reason: "busy" },
      ],
    });
  });

  test.each([
    ["<Say>one\n   <break time='1s'/> two &#233;</Say>", { verb: "Say", text: "one two é", loop: 1 }],
    ["<Say loop='0'>again</Say>", { verb: "Say", text: "again", loop: 0 }],
    ["<Say><![CDATA[a & b]]></Say>", { verb: "Say", text: "a & b", loop: 1 }],
    ["<!-- a & b --><Pause/>", { verb: "Pause", seconds: 1 }],
    ["<Redirect method='get'> https://x/y </Redirect>", { verb: "Redirect", url: "https://x/y", method: "GET" }],
    ["<Reject/>", { verb: "Reject", reason: "rejected" }],
    ["<Start><Stream url='wss://x'/></Start>", { verb: "unsimulated", name: "Start Stream" }],
    ["<Enqueue>support</Enqueue>", { verb: "unsimulated", name: "Enqueue" }],
    ["<Play>https://x/y.mp3</Play>", { verb: "unsimulated", name: "Play of a file" }],
    [
      "<Connect><ConversationRelay url='wss://x'/></Connect>",
      { verb: "unsimulated", name: "Connect ConversationRelay" },
    ],
  ])("%s", (body, verb) => {
    expect(parseTwiml(inResponse(body))).toEqual({ verbs: [verb], warnings: [], leftOut: [] });
  });

  test("of other verbs, with what Twilio takes for granted", () => {
    const response = new twilio.twiml.VoiceResponse();
    response
      .dial({ callerId: "+15550001111", timeout: 20, answerOnBridge: true, action: "/dialled" })
      .number(
        { url: "/whisper", statusCallback: "/s", statusCallbackEvent: ["answered", "completed"] },
        "+15557654321",
      );
    response.dial("+15557654321");
    response.record({ playBeep: false, recordingStatusCallback: "/r", recordingStatusCallbackEvent: ["absent"] });
    const gather = response.gather({ numDigits: 1, input: ["dtmf"], action: "/keys" });
    gather.say("choose");
    gather.pause({ length: 2 });
    response.start().recording({ channels: "mono", track: "inbound" });
    const number = { number: "+15557654321", method: "POST", statusCallbackMethod: "POST" };
    expect(parseTwiml(response.toString())).toEqual({
      warnings: [],
      leftOut: [],
      verbs: [
        {
          verb: "Dial",
          action: "/dialled",
          method: "POST",
          callerId: "+15550001111",
          timeoutSeconds: 20,
          timeLimitSeconds: 14_400,
          answerOnBridge: true,
          hangupOnStar: false,
          numbers: [
            { ...number, url: "/whisper", statusCallback: "/s", statusCallbackEvents: ["answered", "completed"] },
          ],
        },
        {
          verb: "Dial",
          method: "POST",
          timeoutSeconds: 30,
          timeLimitSeconds: 14_400,
          answerOnBridge: false,
          hangupOnStar: false,
          numbers: [{ ...number, statusCallbackEvents: ["completed"] }],
        },
        {
          verb: "Record",
          method: "POST",
          maxLengthSeconds: 3_600,
          timeoutSeconds: 5,
          finishOnKey: "1234567890*#",
          playBeep: false,
          trim: true,
          callback: { url: "/r", method: "POST", events: ["absent"] },
        },
        {
          verb: "Gather",
          action: "/keys",
          method: "POST",
          numDigits: 1,
          timeoutSeconds: 5,
          finishOnKey: "#",
          actionOnEmptyResult: false,
          prompts: [
            { verb: "Say", text: "choose", loop: 1 },
            { verb: "Pause", seconds: 2 },
          ],
        },
        { verb: "Start Recording", track: "inbound", channels: "mono" },
      ],
    });
  });

  test("and what is left out is named", () => {
    const body = "<Dial record='record-from-answer'><Client>joe</Client></Dial><Record transcribe='true'/>";
    expect(parseTwiml(inResponse(body))).toMatchObject({
      warnings: [],
      leftOut: ["record of Dial", "Dial Client", "transcribe of Record"],
      verbs: [{ verb: "Record" }],
    });
  });

  test("an empty response has nothing to do", () => {
    expect(parseTwiml("<Response/>")).toEqual({ verbs: [], warnings: [], leftOut: [] });
  });
});

describe("TwiML is warned about, and what is wrong is left out", () => {
  test.each([
    ["<Speak>hi</Speak>", "<Speak> is not a verb", []],
    ["<Stream url='wss://x'/>", "<Stream> is not a verb", []],
    ["hello <Pause/>", "text is not allowed in <Response>", [{ verb: "Pause", seconds: 1 }]],
    ["<Pause><Say>x</Say></Pause>", "<Say> is not allowed in <Pause>", [{ verb: "Pause", seconds: 1 }]],
    ["<Say speed='2'>hi</Say>", 'attribute "speed" is not allowed in <Say>', [{ verb: "Say", text: "hi", loop: 1 }]],
    ["<Hangup reason='x'/>", 'attribute "reason" is not allowed in <Hangup>', [{ verb: "Hangup" }]],
    ["<Pause length='long'/>", 'length "long" of <Pause> is not a whole number', [{ verb: "Pause", seconds: 1 }]],
    [
      "<Redirect method='PUT'>/x</Redirect>",
      'method "PUT" is not allowed in <Redirect>',
      [{ verb: "Redirect", url: "/x", method: "POST" }],
    ],
    ["<Play digits='12x'/>", 'digits "12x" cannot be played', []],
    ["<Dial/>", "<Dial> has no number to call", []],
    ["<Start/>", "<Start> has nothing to start", []],
    [
      "<Dial><Number statusCallbackEvent='hung-up'/></Dial>",
      'statusCallbackEvent "hung-up" is not allowed in <Number>',
      [expect.objectContaining({ verb: "Dial" })],
    ],
    [
      "<Record playBeep='maybe'/>",
      'playBeep "maybe" of <Record> is neither true nor false',
      [expect.objectContaining({ verb: "Record" })],
    ],
    [
      "<Gather finishOnKey='x'/>",
      'finishOnKey "x" is not allowed in <Gather>',
      [expect.objectContaining({ verb: "Gather" })],
    ],
    [
      "<Gather><Hangup/></Gather>",
      "<Hangup> is not allowed in <Gather>",
      [expect.objectContaining({ verb: "Gather" })],
    ],
    ["<Connect action='/x'/>", "<Connect> has nothing to connect to", []],
    [`<Say>${"a".repeat(4_097)}</Say>`, "the text of <Say> is longer than 4096 characters", []],
  ])("with $1", (body, warning, verbs) => {
    expect(parseTwiml(inResponse(body))).toEqual({ verbs, warnings: [warning], leftOut: [] });
  });

  test.each([
    ["<Parameter value='v'/>", "<Parameter> has no name"],
    [
      `<Parameter name='k' value='${"v".repeat(499)}'/>`,
      'name and value of <Parameter name="k"> are not under 500 characters',
    ],
    ["<Parameter name='k' value='v' type='x'/>", 'attribute "type" is not allowed in <Parameter>'],
    ["<Param name='k' value='v'/>", "<Param> is not allowed in <Stream>"],
  ])("with $1, inside a stream", (parameter, warning) => {
    const { warnings } = parseTwiml(inResponse(`<Connect><Stream url='wss://x'>${parameter}</Stream></Connect>`));
    expect(warnings).toEqual([warning]);
  });

  test("a parameter of 499 characters is passed on", () => {
    const value = "v".repeat(498);
    const body = `<Connect><Stream url='wss://x'><Parameter name='k' value='${value}'/></Stream></Connect>`;
    expect(parseTwiml(inResponse(body))).toMatchObject({
      verbs: [{ stream: { parameters: { k: value } } }],
      warnings: [],
    });
  });
});

describe("a document that cannot be parsed", () => {
  test.each([
    ["", "Start tag expected"],
    ["hello", "not expected"],
    ["<Response>", "Unclosed tag"],
    ["<Response><Say>a</Response>", "closing tag"],
    ["<Response><Say>a & b</Say></Response>", "&"],
    ["<Response><Say>a &nbsp; b</Say></Response>", "&nbsp;"],
    ["<Response/><Response/>", "follows the root element"],
    ["<html/>", "the root element is <html>, not <Response>"],
    ['{"message":"error"}', "not expected"],
  ])("%s", (text, reason) => {
    expect(() => parseTwiml(text)).toThrow(reason);
  });
});
