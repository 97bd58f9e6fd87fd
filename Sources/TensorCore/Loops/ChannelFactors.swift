internal import CVectorLoops

/// Activations times a factor for every channel of every image, and what that needs for its gradients.
extension Tensor {
    /// Every channel of every image times its factor.
    ///
    /// Shape: this is `[N, C, …]`; `factors` has a number for each of the `N · C` channels, in that order.
    package func multiplied(byChannels factors: Tensor) throws -> Tensor {
        let factors = try channelFactors(factors)
        guard let blocks = ImageBlocks(self) else {
            let source = try plain()
            let output = device.empty(shape)
            let positions = count / max(1, factors.count)
            let (input, result) = unsafe (source.buffer, output.buffer)
            for (channel, factor) in try factors.plainValues().enumerated() {
                for place in channel * positions..<(channel + 1) * positions {
                    unsafe result[place] = input[place] * factor
                }
            }
            return output
        }
        let output = device.empty(shape, layout: layout)
        blocks.forEach { place, channel in
            unsafe channel_factors_multiply(
                address(place), factors.pointer + channel, output.address(place), blocks.positions,
                blocks.positionStep, elementType == .bfloat16 ? 1 : 0)
        }
        return output
    }

    /// The sum of the products with another tensor, over the places of every channel of every image.
    ///
    /// Shape: both are `[N, C, …]`; the result is `[N, C]`.
    package func channelSums(ofProductsWith other: Tensor) throws -> Tensor {
        require(shape == other.shape && shape.count >= 2, "products of \(shape), \(other.shape)")
        let sums = device.empty(Array(shape.prefix(2)))
        guard let blocks = ImageBlocks(self) else {
            let (a, b) = (try plain(), try other.plain())
            let positions = count / max(1, sums.count)
            let (first, second, result) = unsafe (a.buffer, b.buffer, sums.buffer)
            for channel in 0..<sums.count {
                var sum = 0.0
                for place in channel * positions..<(channel + 1) * positions {
                    unsafe sum += Double(first[place] * second[place])
                }
                unsafe result[channel] = Float(sum)
            }
            return sums
        }
        let other = try other.laidOut(as: layout)
        blocks.forEach { place, channel in
            unsafe channel_factors_sum_products(
                address(place), other.address(place), sums.pointer + channel, blocks.positions,
                blocks.positionStep, elementType == .bfloat16 ? 1 : 0)
        }
        return sums
    }

    private func channelFactors(_ factors: Tensor) throws -> Tensor {
        guard shape.count >= 2, factors.count == shape[0] * shape[1] else {
            throw ShapeError(
                "channel factors: \(factors.shape) do not fit an input \(shape)")
        }
        return try factors.plain()
    }

    private func address(_ place: Int) -> UnsafeMutableRawPointer {
        unsafe UnsafeMutableRawPointer(pointer) + place * (elementType == .bfloat16 ? 2 : 4)
    }
}

/// The blocks of 16 channels of every single image.
private struct ImageBlocks {
    let images, positions, blocks: Int
    let imageStep, positionStep, blockStep: Int
    let library: KernelLibrary

    /// The blocks of a tensor `[N, C, …]`; nil where its channels lie otherwise.
    init?(_ tensor: Tensor) {
        guard let layout = tensor.layout.channelBlocks(tensor.shape) else { return nil }
        images = tensor.shape[0]
        (blocks, blockStep, positionStep) = (layout.blocks, layout.blockStep, layout.positionStep)
        // Where channels lie last, the places of all images follow each other.
        positions = layout.positions * layout.images / images
        imageStep = layout.images == images ? layout.imageStep : positions * positionStep
        library = tensor.device.kernels
    }

    /// Calls `body` with the place of each block's first value, and the number of its first channel, on
    /// all kernel threads.
    func forEach(_ body: (_ place: Int, _ channel: Int) -> Void) {
        library.inParallel(images * blocks, partSize: 1) { part in
            for number in part {
                let (image, block) = number.quotientAndRemainder(dividingBy: blocks)
                body(image * imageStep + block * blockStep, number * ChannelBlocks.width)
            }
        }
    }
}
