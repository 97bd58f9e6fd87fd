public import ConfigCore

/// The data sets this package brings, by the names configs use.
public let standardDatasets: Registry<any Dataset> = {
    var registry = Registry<any Dataset>("dataset")
    registry.register("CustomDataset") { try CustomDataset.read(from: &$0, $1) }
    registry.register("ImageNet") { try ImageNet.read(from: &$0, $1) }
    registry.register("ImageNet21k") { try ImageNet.readAll(from: &$0, $1) }
    registry.register("CIFAR10") { try CIFAR.ten.read(from: &$0, $1) }
    registry.register("CIFAR100") { try CIFAR.hundred.read(from: &$0, $1) }
    registry.register("MNIST") { try MNIST.digits.read(from: &$0, $1) }
    registry.register("FashionMNIST") { try MNIST.fashion.read(from: &$0, $1) }
    registry.register("MultiLabelDataset") { try MultiLabelDataset.read(from: &$0, $1) }
    registry.register("VOC") { try VOC.read(from: &$0, $1) }
    registry.register("CUB") { try CUB.read(from: &$0, $1) }
    registry.register("StanfordCars") { try StanfordCars.read(from: &$0, $1) }
    registry.register("RepeatDataset") { try RepeatDataset(from: &$0, $1) }
    registry.register("ConcatDataset") { try ConcatDataset(from: &$0, $1) }
    registry.register("ClassBalancedDataset") { try ClassBalancedDataset.read(from: &$0, $1) }
    registry.register("KFoldDataset") { try KFoldDataset.read(from: &$0, $1) }
    return registry
}()
