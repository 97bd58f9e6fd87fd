import NeuralNet
import TensorCore
import TestSupport
import Testing

@Suite("gradients agree with central differences", .serialized)
struct GradientTests {
    /// Single-precision noise over a step of 0.01, plus the curvature within it.
    let near = Tolerance(absolute: 2e-3, relative: 2e-3)

    private func array(_ shape: [Int], _ key: String = "x") -> ReferenceArray {
        ReferenceArray(random: shape, key)
    }

    /// Values no difference of 0.01 brings across 0.
    private func awayFromZero(_ shape: [Int], _ key: String = "x") -> ReferenceArray {
        array(shape, key).map { $0 < 0 ? $0 - 0.1 : $0 + 0.1 }
    }

    /// Values no difference of 0.01 brings past one another.
    private func spread(_ shape: [Int]) -> ReferenceArray {
        let order = TorchGenerator(seed: 1).permutation(shape.elementCount)
        return ReferenceArray(order.map { Double($0) * 0.05 }, shape: shape)
    }

    @Test("convolutions")
    func convolutions() throws {
        let device = try Device(threads: 2)
        let cases: [(input: [Int], weight: [Int], window: Window, groups: Int)] = [
            ([2, 3, 5, 4], [4, 3, 3, 3], Window(kernel: (3, 3), padding: (1, 1)), 1),
            ([1, 4, 6, 6], [4, 2, 3, 2], Window(kernel: (3, 2), stride: (2, 1)), 2),
            (
                [1, 2, 7, 7], [2, 2, 3, 3],
                Window(kernel: (3, 3), padding: (2, 2), dilation: (2, 2)), 1
            ),
            ([2, 3, 4, 4], [3, 1, 3, 3], Window(kernel: (3, 3), padding: (1, 1)), 3),
        ]
        for c in cases {
            let operands = [array(c.input), array(c.weight, "w"), array([c.weight[0]], "b")]
            let text = try gradientDifference(of: operands, near, on: device) {
                try conv2d($0[0], weight: $0[1], bias: $0[2], c.window, groups: c.groups, $1)
            }
            #expect(text == nil, "\(c)")
        }
    }

    @Test("batch normalisation", arguments: [true, false], [true, false])
    func normalization(batchStatistics: Bool, thenReLU: Bool) throws {
        let device = try Device(threads: 1)
        // Far from the rectifier's corner on either side.
        let shift = thenReLU ? ReferenceArray([5, -5, 5], shape: [3]) : array([3], "shift")
        let running = RunningStatistics(
            mean: Buffer(try device.full([3], 0.25)), variance: Buffer(try device.full([3], 2)),
            batchCount: Counter(), momentum: 0.1)
        let text = try gradientDifference(
            of: [array([3, 3, 3, 2]), array([3], "scale"), shift], near, on: device
        ) {
            try batchNormalize(
                $0[0], scale: $0[1], shift: $0[2], running: running, epsilon: 1e-5,
                batchStatistics: batchStatistics, thenReLU: thenReLU, $1)
        }
        #expect(text == nil)
    }

    @Test("element-wise operations, reshaping and pooling")
    func others() throws {
        let device = try Device(threads: 1)
        typealias Operation = ([Variable], ForwardContext) throws -> Variable
        let window = Window(kernel: (3, 3), stride: (2, 2), padding: (1, 1))
        let image = [2, 2, 5, 6]
        let cases: [(name: String, operands: [ReferenceArray], operation: Operation)] = [
            ("relu", [awayFromZero(image)], { try relu($0[0], $1) }),
            ("add", [array(image), array(image, "y")], { try add($0[0], $0[1], $1) }),
            (
                "add relu", [awayFromZero(image), array(image, "y").map { $0 / 20 }],
                { try add($0[0], $0[1], thenReLU: true, $1) }
            ),
            ("add to itself", [array(image)], { try add($0[0], $0[0], $1) }),
            ("max pool", [spread(image)], { try maxPool2d($0[0], window, $1) }),
            (
                "max pool up", [spread(image)],
                { try maxPool2d($0[0], Window(kernel: (2, 2), stride: (2, 2)), ceilMode: true, $1) }
            ),
            ("mean pool", [array(image)], { try averagePool2d($0[0], window, $1) }),
            (
                "mean pool inside", [array(image)],
                { try averagePool2d($0[0], window, countIncludesPadding: false, $1) }
            ),
            ("global mean", [array(image)], { try globalAveragePool2d($0[0], $1) }),
            ("reshape", [array(image)], { try reshape($0[0], [10, 12], $1) }),
            ("flatten", [array(image)], { try flatten($0[0], $1) }),
            ("dropout", [array(image)], { try dropout($0[0], rate: 0.4, name: "d", $1) }),
            (
                "linear", [array([3, 5]), array([4, 5], "w"), array([4], "b")],
                { try linear($0[0], weight: $0[1], bias: $0[2], $1) }
            ),
        ]
        for c in cases {
            let text = try gradientDifference(of: c.operands, near, on: device, c.operation)
            #expect(text == nil, "\(c.name)")
        }
    }

    @Test("layers, their parameters included")
    func layers() throws {
        let device = try Device(threads: 2)
        let generator = TorchGenerator(seed: 5)
        func conv(_ inputs: Int, _ outputs: Int, groups: Int = 1, bias: Bool = true) throws
            -> Conv2d
        {
            try Conv2d(
                inputs, outputs, Window(kernel: (3, 3), padding: (1, 1)), groups: groups,
                bias: bias, device: device, generator: generator)
        }
        let layers: [(any Layer, ReferenceArray)] = [
            (try conv(3, 4), array([2, 3, 4, 5])),
            (try conv(4, 4, groups: 4), array([2, 4, 4, 4])),
            (try BatchNorm2d(3, device: device), array([2, 3, 3, 3])),
            (try BatchNorm2d(3, affine: false, device: device), array([2, 3, 3, 3])),
            (try Linear(6, 4, device: device, generator: generator), array([3, 6])),
            (ReLU(), awayFromZero([4, 4])),
            (MaxPool2d(Window(kernel: (2, 2), stride: (2, 2))), spread([1, 2, 4, 4])),
            (Dropout(0.5, name: "d"), array([4, 6])),
            (
                Sequential([
                    try conv(2, 3, bias: false), try BatchNorm2d(3, device: device),
                    try conv(3, 2),
                ]), array([2, 2, 4, 4])
            ),
        ]
        for (layer, input) in layers {
            for mode in [ForwardContext.Mode.training, .evaluation] {
                let text = try gradientDifference(
                    of: layer, at: input, mode: mode, near, on: device)
                #expect(text == nil, "\(type(of: layer)), \(mode)")
            }
        }
    }

    @Test("losses")
    func losses() throws {
        let device = try Device(threads: 1)
        let shares = PlainTensor(array([3, 4], "shares").map { abs($0) }.floats, shape: [3, 4])
        var soft = CrossEntropyLoss()
        soft.useSoft = true
        var sigmoid = CrossEntropyLoss()
        sigmoid.useSigmoid = true
        sigmoid.positiveWeight = [1, 2, 0.5, 3]
        var weighted = CrossEntropyLoss()
        weighted.classWeight = [1, 2, 0.5, 3]
        weighted.reduction = .none
        weighted.lossWeight = 1.5
        let cases: [(loss: CrossEntropyLoss, targets: ClassTargets)] = [
            (CrossEntropyLoss(), .labels([0, 3, 1])), (CrossEntropyLoss(), .labels([2, -100, 1])),
            (weighted, .labels([0, 3, 1])), (soft, .shares(shares)), (sigmoid, .shares(shares)),
        ]
        for (loss, targets) in cases {
            let text = try gradientDifference(of: [array([3, 4])], near, on: device) {
                try loss($0[0], targets, sampleWeight: [1, 0.5, 2], $1)
            }
            #expect(text == nil, "\(loss)")
        }
    }
}
