package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.nayuki.qrcodegen.QrCode;
import java.io.StringReader;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class QrPictureTest {
    private static final String TEXT = "otpauth://totp/Shop:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop";
    private static final Pattern BAR = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-\\3z");

    @Test
    void every_square_of_the_code_is_black_within_a_white_border_of_four() {
        var code = QrCode.encodeText(TEXT, QrCode.Ecc.MEDIUM);
        boolean[][] black = new boolean[code.size][code.size];
        var bars = BAR.matcher(QrPicture.svg(TEXT, "code"));
        while (bars.find())
            for (int i = 0; i < Integer.parseInt(bars.group(3)); i++)
                black[Integer.parseInt(bars.group(2)) - 4][Integer.parseInt(bars.group(1)) - 4 + i] = true;
        for (int y = 0; y < code.size; y++)
            for (int x = 0; x < code.size; x++)
                assertThat(black[y][x]).as(x + "," + y).isEqualTo(code.getModule(x, y));
        assertThat(QrPicture.svg(TEXT, "code"))
                .contains("viewBox=\"0 0 " + (code.size + 8) + " " + (code.size + 8) + "\"")
                .contains("<path fill=\"#fff\" d=\"M0 0h" + (code.size + 8) + "v" + (code.size + 8) + "H0z\"/>");
    }

    @Test
    void it_is_an_image_with_a_name_and_needs_neither_style_nor_script() throws Exception {
        String svg = QrPicture.svg(TEXT, "A \"code\" for <you> & me");
        var root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getDocumentElement();
        assertThat(root.getAttribute("role")).isEqualTo("img");
        assertThat(root.getAttribute("aria-label")).isEqualTo("A \"code\" for <you> & me");
        assertThat(svg).doesNotContain("style", "script", "currentColor", "href");
        assertThat(svg.length()).isLessThan(12_000);
    }
}
