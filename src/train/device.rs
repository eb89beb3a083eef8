use burn::tensor::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ConfigError;

/// Where the arithmetic runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The best one that is always there: `flex`.
    #[default]
    Auto,
    /// The CPU, by burn's own kernels.
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
    pub fn open(self) -> Result<Device, ConfigError> {
        match self {
            Self::Auto | Self::Flex => Ok(Device::flex()),
            #[cfg(feature = "ndarray")]
            Self::Ndarray => Ok(Device::ndarray()),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[allow(unreachable_patterns, reason = "reached unless every feature is compiled in")]
            other => Err(ConfigError::Device { name: format!("{other:?}").to_lowercase() }),
        }
    }
}
