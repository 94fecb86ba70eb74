"""Names for the arrays that measures pass around."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Numbers = NDArray[np.integer[Any] | np.floating[Any]]
Flags = NDArray[np.bool_]
