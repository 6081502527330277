import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { type DType, manualSeed, nn, npy, npz, ones, safetensors, tensor, type Tensor } from "../../src/engine/index";
import { inflate } from "../../src/engine/serialize/inflate";
import { type Element, golden, valueOf } from "./golden";
import { watched } from "./watched";

interface Written {
  readonly bytes: string;
  readonly arrays: Readonly<Record<string, { dtype: string; shape: number[]; data: Element[] }>>;
}

/** What NumPy and safetensors wrote; files.py makes it. */
const written = golden("files") as Record<string, Written>;
const bytesOf = (name: string) => new Uint8Array(Buffer.from(written[name]!.bytes, "base64"));
const ours: Readonly<Record<string, DType>> = {
  float16: "float32",
  int8: "int32",
  int16: "int32",
  uint8: "int32",
  uint16: "int32",
  uint32: "int64",
  uint64: "int64",
};

function same(got: Readonly<Record<string, Tensor>>, name: string): void {
  const { arrays } = written[name]!;
  deepEqual(Object.keys(got).sort(), Object.keys(arrays).sort());
  for (const [key, { dtype, shape, data }] of Object.entries(arrays)) {
    const each = got[key]!;
    deepEqual([each.shape, each.dtype], [shape, ours[dtype] ?? dtype], key);
    const values = data.map(valueOf);
    deepEqual(each.toArray(), each.dtype === "float32" ? values.map(Math.fround) : values, key);
  }
}

const some = (): Record<string, Tensor> => ({
  w: tensor([
    [1.5, -0],
    [NaN, Infinity],
  ]),
  b: tensor([true, false]),
  n: tensor([2 ** 53 - 1, -5], { dtype: "int64" }),
  d: tensor(Math.PI, { dtype: "float64" }),
  i: tensor([[[-1]]], { dtype: "int32" }),
  e: ones(0, 2),
});

function equalAll(got: Readonly<Record<string, Tensor>>, want: Readonly<Record<string, Tensor>>): void {
  deepEqual(Object.keys(got).sort(), Object.keys(want).sort());
  for (const [name, each] of Object.entries(want)) {
    deepEqual([got[name]!.shape, got[name]!.dtype, got[name]!.toArray()], [each.shape, each.dtype, each.toArray()]);
  }
}

describe("safetensors", () => {
  it("reads what Python wrote, also dtypes that Backstep widens", () => {
    same(safetensors.load(bytesOf("safetensors")), "safetensors");
    same(safetensors.load(bytesOf("safetensors.others")), "safetensors.others");
    deepEqual(safetensors.open(bytesOf("safetensors")).metadata, { made: "by hand", ä: "ö" });
  });

  it("writes the very bytes that Python writes", () => {
    const { tensors } = safetensors.open(bytesOf("safetensors"));
    // With one entry of metadata, whose order Python leaves open.
    const bytes = safetensors.save(tensors, { made: "by hand", ä: "ö" });
    const other = safetensors.save(tensors, { ä: "ö", made: "by hand" });
    ok([bytes, other].some((each) => Buffer.from(each).equals(Buffer.from(bytesOf("safetensors")))));
  });

  it("gives back what it wrote, and a view as its own elements", () => {
    equalAll(safetensors.load(safetensors.save(some())), some());
    const turned = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).t();
    deepEqual(safetensors.load(safetensors.save({ turned }))["turned"]!.toList(), turned.toList());
    deepEqual(safetensors.open(safetensors.save({})), { tensors: {}, metadata: {} });
    throws(() => safetensors.save({ __metadata__: ones(1) }), /no tensor can be named __metadata__/);
  });

  it("carries a model's state there and back", () => {
    manualSeed(0);
    const [a, b] = [new nn.Linear(3, 2), new nn.Linear(3, 2)];
    b.loadStateDict(safetensors.load(safetensors.save(a.stateDict())));
    deepEqual(b.weight.toArray(), a.weight.toArray());
  });

  it("tells the observer of each tensor that it loads", () => {
    const bytes = safetensors.save({ a: ones(1), b: ones(1) });
    deepEqual(
      watched(() => {
        safetensors.load(bytes);
      }).map((e) => `${e.event} ${e.name}`),
      ["created load", "created load"],
    );
  });

  const file = (header: string, data = 0) => {
    const json = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + json.length + data);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    return bytes;
  };
  const info = (more: object) => JSON.stringify({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...more } });

  it("says what is wrong with a header", () => {
    const wrong: readonly (readonly [Uint8Array, RegExp])[] = [
      [new Uint8Array(3), /HeaderTooSmall.*it has 3 bytes and needs at least 8/],
      [new Uint8Array(8).fill(255), /HeaderTooLarge/],
      [file("{}").subarray(0, 9), /InvalidHeaderLength/],
      [file("[]"), /InvalidHeaderStart/],
      [file("{"), /InvalidHeaderDeserialization.*its header is not JSON/],
      [file(info({ dtype: "F8_E4M3" }), 4), /InvalidDtype.*tensor "a" is of dtype "F8_E4M3"/],
      [file(info({ dtype: "constructor" }), 4), /InvalidDtype/],
      [file(info({ shape: [2] }), 4), /TensorInvalidInfo.*tensor "a" needs 8 bytes and has 4/],
      [file(info({ shape: [-1] }), 4), /InvalidOffset/],
      [file(info({ shape: 1 }), 4), /tensor "a" has no shape/],
      [file(info({ shape: [2 ** 40, 2 ** 40] }), 4), /InvalidOffset/],
      [file(info({ data_offsets: [4, 0] }), 4), /InvalidOffset/],
      [file(info({ data_offsets: [0, 4, 8] }), 4), /InvalidOffset/],
      [file(info({ data_offsets: [4, 8] }), 8), /InvalidOffset.*tensor "a" begins at 4, not 0/],
      [file(info({}), 3), /MetadataIncompleteBuffer/],
      [file(info({}), 5), /MetadataIncompleteBuffer/],
      [file('{"a":1}'), /tensor "a" is not described/],
      [file('{"__metadata__":{"a":1}}'), /its __metadata__\.a is no text/],
      [file('{"__metadata__":[]}'), /its __metadata__ is no object/],
    ];
    for (const [bytes, message] of wrong) throws(() => safetensors.load(bytes), message);
    const broken = file("{}");
    broken[9] = 0xff;
    throws(() => safetensors.load(broken), /its header is not UTF-8/);
  });
});

describe("npz and npy", () => {
  it("read what NumPy wrote: stored, compressed, in Fortran's order, big-endian", () => {
    for (const name of ["npz", "npz.others", "npz.compressed"]) same(npz.load(bytesOf(name)), name);
    for (const name of ["npy.fortran", "npy.big"]) same({ "": npy.load(bytesOf(name)) }, name);
  });

  it("write what they read", () => {
    equalAll(npz.load(npz.save(some())), some());
    const { arrays } = written["npz"]!;
    const read = npz.load(bytesOf("npz"));
    same(npz.load(npz.save(read)), "npz");
    equal(Object.keys(arrays).length, Object.keys(read).length);
    deepEqual(npz.load(npz.save({})), {});
    deepEqual(npz.save(some()), npz.save(some()));
  });

  it("write .npy as np.save does", () => {
    const big = npy.load(bytesOf("npy.fortran"));
    const text = Buffer.from(npy.save(big)).toString("latin1");
    ok(text.startsWith("\x93NUMPY\x01\0v\0{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 4), }  "));
    equal(npy.save(big).length, 128 + 24 * 8);
  });

  it("say what they do not have", () => {
    throws(() => npy.load(bytesOf("npy.beyond")), /int64 value 1152921504606846976 is beyond 2\^53/);
    throws(() => npy.load(bytesOf("npy.complex")), /it is of dtype '<c16', which Backstep does not have/);
    throws(() => npy.load(bytesOf("npy.records")), /it holds records or objects, not numbers/);
    throws(() => npy.load(new Uint8Array(20)), /Cannot read the file as \.npy: the magic string is not correct/);
    throws(() => npz.load(new Uint8Array(20)), /File is not a zip file, or a damaged one: it has no directory/);
  });

  it("find a flipped bit in the data", () => {
    const bytes = npz.save({ w: ones(100) });
    bytes[300]! ^= 1;
    throws(() => npz.load(bytes), /Bad CRC-32 for file 'w\.npy'/);
  });
});

describe("damaged files", () => {
  const loads: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
    safetensors: safetensors.load,
    npz: npz.load,
    "npz.compressed": npz.load,
    "npy.fortran": (bytes) => npy.load(bytes),
  };

  /** Every failure is ours and a whole sentence, and none takes long. */
  const survives = (load: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void => {
    try {
      load(bytes);
    } catch (error) {
      ok(
        error instanceof TypeError && /^(Error|Cannot|File|the archive|int64)[^]*\.$/.test(error.message),
        String(error),
      );
    }
  };

  for (const [name, load] of Object.entries(loads)) {
    it(`${name}: cut short anywhere`, () => {
      const bytes = bytesOf(name);
      const step = Math.max(1, Math.floor(bytes.length / 700));
      for (let end = 0; end < bytes.length; end += step) throws(() => load(bytes.subarray(0, end)), TypeError);
    });

    it(`${name}: with bytes changed`, () => {
      const bytes = bytesOf(name);
      const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(changes, (list) => {
          const changed = bytes.slice();
          for (const [at, byte] of list) changed[at] = byte;
          survives(load, changed);
        }),
        { numRuns: 300, seed: 1 },
      );
    });

    it(`${name}: of garbage, also behind a true beginning`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(200), (garbage, kept) => {
          survives(load, garbage);
          survives(load, Uint8Array.from([...bytesOf(name).subarray(0, kept), ...garbage]));
        }),
        { numRuns: 300, seed: 2 },
      );
    });
  }
});

describe("inflate", () => {
  it("gives back whatever was deflated, at any level", () => {
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(fc.constantFrom(0, 1, 255), { maxLength: 5000 }).map((list) => Uint8Array.from(list)),
    );
    fc.assert(
      fc.property(data, fc.constantFrom(0, 1, 6, 9), fc.constantFrom(0, 2, 4), (bytes, level, strategy) => {
        deepEqual(
          inflate(new Uint8Array(deflateRawSync(bytes, { level, strategy })), bytes.length),
          Uint8Array.from(bytes),
        );
      }),
      { numRuns: 200 },
    );
    const long = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) >> 5);
    deepEqual(inflate(new Uint8Array(deflateRawSync(long)), long.length), long);
  });

  it("refuses a stream of another size, and what is none", () => {
    const packed = new Uint8Array(deflateRawSync(new Uint8Array(100)));
    throws(() => inflate(packed, 99), /it unpacks to more than 99 bytes/);
    throws(() => inflate(packed, 101), /it unpacks to 100 bytes, not 101/);
    throws(() => inflate(new Uint8Array([7]), 1), /a block is of no known kind/);
    throws(() => inflate(new Uint8Array(0), 1), /it ends too early/);
  });
});
