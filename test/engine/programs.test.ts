import assert from "node:assert/strict";
import { measuring } from "./gauge";
import { gist, Machine, programsOf } from "./machine";

for (const file of ["ops.public", "extra.public", "more"]) {
  describe(`the programs of ${file}`, () => {
    for (const program of programsOf(file)) {
      // 1.13 runs retainGrad among the hooks; Backstep follows 2.x, which runs it last.
      if (program.id.startsWith("graph:hook-after-retain-grad")) continue;
      it(program.id.replace(/^graph:/, ""), () => {
        measuring(file, program.op, program.id, () => {
          const machine = new Machine(program);
          const { error } = program;
          if (error === undefined) {
            machine.run(program.steps);
            assert.ok(machine.finished, "records are missing");
          } else {
            assert.throws(
              () => {
                machine.run(program.steps);
              },
              (thrown) => thrown instanceof Error && gist(thrown.message).startsWith(gist(error)),
            );
          }
        });
      });
    }
  });
}
