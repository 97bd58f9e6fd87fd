internal import COneDNN

/// Where an activation's values lie, seen as blocks of 16 neighbouring channels at places of images.
///
/// Steps are in elements.
struct ChannelBlocks {
    let images, positions, blocks: Int
    let imageStep, positionStep, blockStep: Int

    static let width = 16
}

extension Layout {
    /// The layout as blocks of channels, for a shape `[N, C, …]` whose channels come in 16s and lie
    /// blocked by 16 or last; nil where they lie otherwise.
    func channelBlocks(_ shape: [Int]) -> ChannelBlocks? {
        guard descriptor.format_kind == dnnl_blocked, shape.count >= 2,
            shape[1] % ChannelBlocks.width == 0, shape.elementCount > 0
        else { return nil }
        let blocking = unsafe descriptor.format_desc.blocking
        let steps = unsafe withUnsafeBytes(of: blocking.strides) {
            unsafe $0.bindMemory(to: Int64.self).prefix(shape.count).map { Int($0) }
        }
        let positions = shape.dropFirst(2).reduce(1, *)
        let isBlocked =
            blocking.inner_nblks == 1 && blocking.inner_blks.0 == Int64(ChannelBlocks.width)
            && blocking.inner_idxs.0 == 1
        let channelsLast = blocking.inner_nblks == 0 && (steps[1] == 1 || shape[1] == 1)
        guard isBlocked || channelsLast else { return nil }
        // Places must follow each other without gaps.
        let positionStep = isBlocked ? ChannelBlocks.width : shape[1]
        var expected = positionStep
        for dimension in (2..<max(2, shape.count)).reversed() {
            guard shape[dimension] == 1 || steps[dimension] == expected else { return nil }
            expected *= shape[dimension]
        }
        if isBlocked {
            return ChannelBlocks(
                images: shape[0], positions: positions, blocks: shape[1] / ChannelBlocks.width,
                imageStep: steps[0], positionStep: positionStep, blockStep: steps[1])
        }
        guard shape[0] == 1 || steps[0] == expected else { return nil }
        return ChannelBlocks(
            images: 1, positions: shape[0] * positions, blocks: shape[1] / ChannelBlocks.width,
            imageStep: 0, positionStep: positionStep, blockStep: ChannelBlocks.width)
    }
}
