use burn::tensor::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::autodiff::Autodiff;
use super::engine::Engine;
use super::fused::Fused;
use super::network::Network;
use crate::error::ConfigError;

/// Where the arithmetic runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The CPU, by the fused code of this program.
    #[default]
    Auto,
    /// The CPU, by burn's kernels and automatic differentiation.
    Flex,
    /// The CPU, by burn's older kernels; cargo feature `ndarray`.
    Ndarray,
    /// An NVIDIA GPU; cargo feature `cuda`.
    Cuda,
    /// A GPU through Vulkan, Metal or DirectX; cargo feature `wgpu`.
    Wgpu,
}

impl DeviceKind {
    /// The device itself.
    ///
    /// # Errors
    /// If its cargo feature is not compiled in.
    pub fn open(self) -> Result<Compute, ConfigError> {
        let device = match self {
            Self::Auto => return Ok(Compute::Fused),
            Self::Flex => Ok(Device::flex()),
            #[cfg(feature = "ndarray")]
            Self::Ndarray => Ok(Device::ndarray()),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[allow(unreachable_patterns, reason = "reached unless every feature is compiled in")]
            other => Err(ConfigError::Device { name: format!("{other:?}").to_lowercase() }),
        };
        device.map(Compute::Burn)
    }
}

/// What computes networks.
#[derive(Clone, Debug, PartialEq)]
pub enum Compute {
    /// The CPU, by hand.
    Fused,
    /// Any device that burn knows.
    Burn(Device),
}

impl Compute {
    /// The engine of one network.
    #[must_use]
    pub fn engine(&self, network: &Network) -> Box<dyn Engine> {
        match self {
            Self::Fused => Box::new(Fused::new(network)),
            Self::Burn(device) => Box::new(Autodiff::new(network, device)),
        }
    }
}
