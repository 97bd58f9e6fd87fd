internal import ConfigCore
internal import NeuralNet
internal import TensorCore

// Each function runs one operation of the program and hands back results and gradients by name.
extension OpsNumeric {
    static func convolution(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys("stride", "padding", "dilation", "groups", of: "conv2d")
        let x = try operands.variable("x")
        let weight = try operands.variable("weight")
        let bias = try operands.optionalVariable("bias")
        guard weight.shape.count == 4 else {
            throw UnknownOperation("conv2d with a weight \(weight.shape)")
        }
        let window = try operands.window(
            kernel: (weight.shape[2], weight.shape[3]), defaultStride: (1, 1))
        let y = try conv2d(
            x, weight: weight, bias: bias, window,
            groups: arguments.given("groups")?.integer() ?? 1, operands.context())
        return try operands.results(y, ["x": x, "weight": weight, "bias": bias])
    }

    /// The layer, because the running statistics are its business; with `steps` the same input
    /// passes several times and the last pass counts.
    static func batchNormalization(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys(
            "momentum", "eps", "affine", "training", "steps", of: "batchnorm2d")
        let x = try operands.input.field("x").array()
        let layer = try BatchNorm2d(
            x.shape.count > 1 ? x.shape[1] : 0,
            epsilon: arguments.given("eps")?.number() ?? 1e-5,
            momentum: arguments["momentum"].map { $0.isNull ? nil : try $0.number() } ?? 0.1,
            affine: arguments.given("affine")?.flag() ?? true, device: operands.device)
        try load(["weight", "bias", "running_mean", "running_var"], of: operands, into: layer)
        var results: Results = [:]
        for _ in 0..<(try arguments.given("steps")?.integer() ?? 1) {
            let pass = Operands(input: operands.input, device: operands.device)
            for (_, parameter) in layer.namedParameters() { parameter.clearGradient() }
            let x = try pass.variable("x")
            let training = try arguments.given("training")?.flag() ?? true
            results = try pass.results(layer(x, pass.context(training: training)), ["x": x])
        }
        for (name, parameter) in layer.namedParameters() {
            results["d\(name)"] = try parameter.gradient?.plainTensor()
        }
        let state = try layer.stateDictionary()
        results["running_mean_after"] = state["running_mean"]
        results["running_var_after"] = state["running_var"]
        results["num_batches_tracked"] = state["num_batches_tracked"]
        return results
    }

    static func rectifier(_ operands: Operands) throws -> Results {
        try operands.arguments.expectKeys(of: "relu")
        let x = try operands.variable("x")
        return try operands.results(relu(x, operands.context()), ["x": x])
    }

    static func maximumPooling(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys(
            "kernel_size", "stride", "padding", "dilation", "ceil_mode", of: "max_pool2d")
        let kernel = try arguments.field("kernel_size").pair()
        let x = try operands.variable("x")
        let y = try maxPool2d(
            x, operands.window(kernel: kernel, defaultStride: kernel),
            ceilMode: arguments.given("ceil_mode")?.flag() ?? false, operands.context())
        return try operands.results(y, ["x": x])
    }

    static func averagePooling(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        try arguments.expectKeys(
            "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", of: "avg_pool2d")
        let kernel = try arguments.field("kernel_size").pair()
        let x = try operands.variable("x")
        let y = try averagePool2d(
            x, operands.window(kernel: kernel, defaultStride: kernel),
            ceilMode: arguments.given("ceil_mode")?.flag() ?? false,
            countIncludesPadding: arguments.given("count_include_pad")?.flag() ?? true,
            operands.context())
        return try operands.results(y, ["x": x])
    }

    static func adaptiveAveragePooling(_ operands: Operands) throws -> Results {
        try operands.arguments.expectKeys("output_size", of: "adaptive_avg_pool2d")
        let size = try operands.arguments.field("output_size")
        // A size that is null stays the input's.
        let sizes = try (size.list ?? [size, size]).map { $0.isNull ? nil : try $0.integer() }
        guard sizes.count == 2 else { throw MalformedCase("output_size has no two numbers") }
        let x = try operands.variable("x")
        let y = try adaptiveAveragePool2d(
            x, height: sizes[0], width: sizes[1], operands.context())
        return try operands.results(y, ["x": x])
    }

    static func linearMap(_ operands: Operands) throws -> Results {
        try operands.arguments.expectKeys(of: "linear")
        let x = try operands.variable("x")
        let weight = try operands.variable("weight")
        let bias = try operands.optionalVariable("bias")
        let y = try linear(x, weight: weight, bias: bias, operands.context())
        return try operands.results(y, ["x": x, "weight": weight, "bias": bias])
    }

    /// Gives a module those of the named values that the case has.
    static func load(_ names: [String], of operands: Operands, into module: any Module) throws {
        var state = StateDictionary()
        for name in names where operands.input.given(name) != nil {
            state[name] = try operands.input.field(name).array()
        }
        let differences = try module.load(state)
        guard differences.unexpected.isEmpty, differences.misshapen.isEmpty else {
            throw MalformedCase("the given values do not fit the module: \(differences)")
        }
    }
}
