"""What the public record says, shows and proves; reads only."""
