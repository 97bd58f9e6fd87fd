import Experiments
import Foundation
import NeuralNet
import TensorCore
import TorchFile
import TrainingInterfaces
import WorkflowRunner

/// A model's state on its way to a file and back.
struct CheckpointWorkload {
    /// What is timed.
    enum Operation: String, CaseIterable {
        /// From the model to a file on the disk.
        case save
        /// From a file to the model.
        case load
    }

    private let shape: ModelShape
    private let model: any TrainableModel
    private let folder: String
    private let bytes: Int

    private var file: String { "\(folder)/\(shape.name).pth" }

    /// Builds the model and saves it once, so that there is something to load.
    init(_ shape: ModelShape, _ device: Device, folder: String) throws {
        self.shape = shape
        self.folder = folder
        model = try buildClassifier(
            shape.config, device: device, generator: TorchGenerator(seed: 0))
        bytes = try model.stateDictionary().byteCount
        try perform(.save)
    }

    func perform(_ operation: Operation) throws {
        switch operation {
        case .save:
            let checkpoint = Checkpoint(meta: TorchDictionary(), state: try model.stateDictionary())
            try checkpoint.write(to: file)
        case .load:
            let differences = try model.load(try Checkpoint.read(file).state, onlyIfExact: true)
            guard differences.isEmpty else {
                throw CheckpointError(file: file, problem: "it does not fit the model")
            }
        }
    }

    /// `torch.save` or `torch.load` on arrays of the same shapes.
    func peer(_ operation: Operation, python: String) -> Peer {
        Peer(library: "PyTorch", name: "torch.\(operation.rawValue)") {
            let state = try model.stateDictionary()
            let arguments: [String: Any] = [
                "operation": operation.rawValue, "file": "\(folder)/torch.pth",
                "arrays": state.names.map { name in
                    ["name": name, "shape": state[name]?.shape ?? []] as [String: Any]
                },
            ]
            return try PythonChild(python, .checkpoint, arguments)
        }
    }

    /// What reports say about an operation.
    func work(_ operation: Operation) -> Work {
        Work(
            benchmark: "checkpoint",
            title: "checkpoint: \(operation.rawValue) \(shape.name), \(bytes / 1_000_000) MB",
            fields: ["operation": operation.rawValue, "model": shape.name, "bytes": bytes],
            amount: .bytes(bytes))
    }
}

extension StateDictionary {
    /// How much its arrays hold.
    fileprivate var byteCount: Int {
        names.reduce(0) { sum, name in
            guard let array = self[name] else { return sum }
            let width =
                switch array.elements {
                case .float32: 4
                case .int64: 8
                case .uint8: 1
                }
            return sum + array.shape.reduce(1, *) * width
        }
    }
}

extension PythonScript {
    fileprivate static let checkpoint = PythonScript(
        #"""
        def prepare(options):
            import torch

            class Model(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    for place, array in enumerate(options['arrays']):
                        self.register_buffer(f'array{place}', torch.randn(array['shape']))

            model = Model()

            def save():
                torch.save({'meta': {}, 'state_dict': model.state_dict()}, options['file'])

            def load():
                model.load_state_dict(torch.load(options['file'], weights_only=True)['state_dict'])

            save()
            operation = save if options['operation'] == 'save' else load

            def work():
                start = time.perf_counter()
                operation()
                return time.perf_counter() - start

            return f'PyTorch {torch.__version__}', work
        """#)
}
