package dev.gatehouse.identity;

import io.nayuki.qrcodegen.QrCode;
import io.nayuki.qrcodegen.QrCode.Ecc;

/**
 * A text as a picture for a phone's camera: SVG for within a page, black on white with the white border of four squares that readers look for, on dark pages too. No
 * style and no script, so that the pages' Content-Security-Policy has nothing to allow.
 */
final class QrPicture {
    private static final int BORDER = 4;

    private QrPicture() {}

    /** {@code label} is what it is to those who do not see it. */
    static String svg(String text, String label) {
        var code = QrCode.encodeText(text, Ecc.MEDIUM);
        int side = code.size + 2 * BORDER;
        var svg = new StringBuilder(4_096)
                .append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"")
                .append(escaped(label))
                .append("\" viewBox=\"0 0 ")
                .append(side)
                .append(' ')
                .append(side)
                .append("\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h")
                .append(side)
                .append('v')
                .append(side)
                .append("H0z\"/><path fill=\"#000\" d=\"");
        for (int y = 0; y < code.size; y++) row(svg, code, y);
        return svg.append("\"/></svg>").toString();
    }

    /** Black squares side by side are one rectangle: a third of the bytes. */
    private static void row(StringBuilder svg, QrCode code, int y) {
        for (int x = 0; x < code.size; x++) {
            int from = x;
            while (x < code.size && code.getModule(x, y)) x++;
            if (x == from) continue;
            int width = x - from;
            svg.append('M').append(from + BORDER).append(' ').append(y + BORDER);
            svg.append('h').append(width).append("v1h-").append(width).append('z');
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
