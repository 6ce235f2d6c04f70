package dev.gatehouse.web;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The house's own colour as a stylesheet. What stands on it is black or white, whichever is read more easily; links take it where it has enough contrast with the
 * page behind them (WCAG 2.2 SC 1.4.3).
 */
record Accent(int red, int green, int blue) {
    private static final Pattern SHAPE = Pattern.compile("#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})");
    private static final double ENOUGH = 4.5;
    private static final Accent BLACK = new Accent(0, 0, 0);
    private static final Accent WHITE = new Accent(255, 255, 255);
    /** The pages' ground by day and by night, as {@code gatehouse.css} has it. */
    private static final Accent DAY = new Accent(0xff, 0xff, 0xff);

    private static final Accent NIGHT = new Accent(0x1b, 0x1f, 0x26);

    /** Empty for what is no {@code #rgb} or {@code #rrggbb}. */
    static Optional<Accent> of(String text) {
        if (!SHAPE.matcher(text).matches()) return Optional.empty();
        String hex = text.length() == 7 ? text.substring(1) : text.substring(1).replaceAll("(.)", "$1$1");
        int rgb = Integer.parseInt(hex, 16);
        return Optional.of(new Accent(rgb >> 16, rgb >> 8 & 255, rgb & 255));
    }

    String css() {
        String colour = String.format("#%02x%02x%02x", red, green, blue);
        String on = contrast(WHITE) >= contrast(BLACK) ? "#fff" : "#000";
        String day = contrast(DAY) >= ENOUGH ? colour : "#0b57d0";
        String night = contrast(NIGHT) >= ENOUGH ? colour : "#a8c7fa";
        return ":root{--accent:" + colour + ";--on-accent:" + on + ";--link:light-dark(" + day + "," + night + ")}";
    }

    double contrast(Accent other) {
        double a = luminance();
        double b = other.luminance();
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private double luminance() {
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }

    private static double linear(int channel) {
        double share = channel / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }
}
