import Testing
import TorchFile

@Suite("files of torch.save are read as PyTorch reads them") struct ReadingTests {
    @Test("recorded file", arguments: try FileCase.all())
    func recordedFile(_ fixture: FileCase) throws {
        let value: TorchValue
        do {
            value = try TorchFile.read(path: fixture.path)
        } catch {
            #expect(fixture.outcome != .ok, "\(error)")
            #expect(
                error.description == "\(fixture.path): \(messages[fixture.name] ?? "no message")")
            return
        }
        let isReadable = fixture.outcome == .ok || fixture.outcome == .optional
        #expect(isReadable, "\(fixture.name) was read")
        let content = try #require(fixture.content)
        let comparison = Comparison(content, value)
        #expect(comparison.differences == [])
    }
}

private let damaged = "the file is damaged: copy it again or use another checkpoint"
private let refused = "which is refused; save a plain state_dict in Python instead"

/// What is said about each file that cannot be read, behind the file's name.
private let messages = [
    "bad_protocol": """
    archive/data.pkl: the pickle has protocol 9, expected at most 5; \
    load it in Python and save it again with torch.save
    """,
    "evil_system": "archive/data.pkl: the pickle would call posix.system, \(refused)",
    "evil_eval_legacy": "the pickle would call builtins.eval, \(refused)",
    "evil_exec": "archive/data.pkl: the pickle would call builtins.exec, \(refused)",
    "evil_inst": "archive/data.pkl: the pickle would call os.system, \(refused)",
    "evil_newobj": "archive/data.pkl: the pickle would call subprocess.Popen, \(refused)",
    "bad_out_of_storage": """
    archive/data.pkl: the tensor of shape [3, 3], strides [3, 1] and offset 0 reaches \
    element 8 of a storage of 4 elements; \(damaged)
    """,
    "bad_offset": """
    archive/data.pkl: the tensor of shape [2], strides [1] and offset 3 reaches element 4 \
    of a storage of 4 elements; \(damaged)
    """,
    "bad_missing_record": "archive/data/0: the record is missing; \(damaged)",
    "bad_empty_pickle": "archive/data.pkl: the pickle ends too early; \(damaged)",
    "bad_no_stop": "archive/data.pkl: the pickle ends too early; \(damaged)",
    "bad_stack": """
    archive/data.pkl: the pickle has an opcode that finds no mark on the stack at byte 2; \
    \(damaged)
    """,
    "bad_opcode": "archive/data.pkl: the pickle has the unknown opcode 255 at byte 2; \(damaged)",
    "trunc_half": "the archive's end is missing; \(damaged)",
    "trunc_no_directory": "the archive's end is missing; \(damaged)",
    "empty_file": "not a PyTorch file: the file is empty; use another checkpoint",
    "text_file": """
    not a PyTorch file: it is text that begins "this is not a checkpoint"; \
    name a file that torch.save wrote
    """,
    "legacy_trunc": "the last storage is cut off; \(damaged)",
    "legacy_trunc_half": "the pickle ends too early; \(damaged)",
    "crc_data": "archive/data/0: the record's checksum is wrong; \(damaged)",
]
