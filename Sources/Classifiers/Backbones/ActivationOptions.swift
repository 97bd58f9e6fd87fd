import ConfigCore
import NeuralNet

/// The function that follows a layer.
///
/// Source: `act_cfg` of MMCV.
public enum ActivationOptions: Sendable, Equatable {
    case relu
    case relu6
    case leakyReLU(slope: Double)
    case sigmoid
    case tanh
    case gelu
    case silu

    private static let names = [
        "ReLU", "ReLU6", "LeakyReLU", "Sigmoid", "Tanh", "GELU", "SiLU", "Swish",
    ]

    /// Reads `type` and the keys of that type.
    init(from reader: inout ConfigReader) throws {
        let type: String = try reader.required("type")
        // Whether memory is reused is the program's own business.
        reader.ignore("inplace")
        switch type {
        case "ReLU": self = .relu
        case "ReLU6": self = .relu6
        case "LeakyReLU":
            self = .leakyReLU(slope: try reader.value("negative_slope", default: 0.01))
        case "Sigmoid": self = .sigmoid
        case "Tanh": self = .tanh
        case "GELU": self = .gelu
        case "SiLU", "Swish": self = .silu
        default:
            throw reader.unknown("type", type, kind: "activation", among: Self.names)
        }
    }

    /// The function of every value.
    func callAsFunction(_ x: Variable, _ context: ForwardContext) throws -> Variable {
        switch self {
        case .relu: try NeuralNet.relu(x, context)
        case .relu6: try NeuralNet.relu6(x, context)
        case .leakyReLU(let slope): try NeuralNet.leakyReLU(x, slope: slope, context)
        case .sigmoid: try NeuralNet.sigmoid(x, context)
        case .tanh: try NeuralNet.tanh(x, context)
        case .gelu: try NeuralNet.gelu(x, context)
        case .silu: try NeuralNet.silu(x, context)
        }
    }
}
